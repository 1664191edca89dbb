"""Random cells, valid and invalid, as users, spreadsheets and scripts write them."""

from random import Random

BAD_BYTES = "\uf8ff"
"""A placeholder that is replaced with bytes that are invalid in the file's encoding."""

_FIRST = ("Ana", "José", "Zoë", "Jürgen", "Łukasz", "Čapek", "Ñandú", "李雷", "😀", "O'Neil", "ann")
_LAST = ("Silva", "Souza", "Müller", "D'Ávila", "van der Berg", "Ångström", "Ünlü", "Ċetta", "Ab")
_DOMAINS = ("example.com", "mail.example.org", "firma.example", "ÉCOLE.example", "bücher.example",
            "xn--bcher-kva.example", "例え.テスト", "a-b.example.co.uk")  # fmt: skip
_INVALID_EMAILS = (
    "ann", "@example.com", "ann@", "ann@example", "ann@@example.com", "ann lee@example.com",
    "ann@exam ple.com", ".ann@example.com", "ann..lee@example.com", '"ann lee"@example.com',
    "ann@127.0.0.1", "ann@[127.0.0.1]", "ann@example.com.", "ann@-example.com", "josé@example.com",
    "\u017fam@example.com", "Ann <ann@example.com>", "ann@x.com, bo@x.com", "ann@xn--a.example",
    "ann@exa_mple.com", "mailto:ann@example.com", "a" * 65 + "@example.com", "#N/A", "'", "\u200b",
    "ann\x07@example.com", "ann@example.com\x7f", "ann\n@example.com", "ann@example..com",
    "a" * 250 + "@example.com", "=HYPERLINK(1)", "ann@example.com;bo@example.com", "-", "\xa0a",
    "ann\uff20example.com", "a\u200cb@é.com\u200b", "a\xa0b@x.com", '="="', "\u0430nn@x.com",
)  # fmt: skip
_UNUSUAL_CHARACTERS = (
    "\u2028", "\x85", "\f", "\v", "\t", "\n", "\r\n", "\r", "  ", "\u200b", "\xa0",
    '"', '""', ",", ";", "|", "'", "\\", "\\.", "\ufeff", "\ufffd", "\u0a0d",
)  # fmt: skip
_UNUSUAL_NAMES = (
    "=1+1", "+55", "-1", "@x", "'=1", "''+", "\t=1", "NULL", "\\N", "\\.", "-", "0",
    "None", "x" * 150, "é" * 150, "Jose\u0301", "e\u0301" * 150, "\u200bx", '="Ann"', '="a"b"',
    " ", "\u2028", "\x85", "'",
)  # fmt: skip
_INVALID_NAMES = (
    "e\u0301" * 151, "x" * 151, "é" * 151, "a\x07", "\x1bb", "c\x00", "\x1c", "d\x7f", "e\x00f",
)  # fmt: skip
_TRUE_WORDS = (
    "true",
    "TRUE",
    "1",
    "yes",
    "Y",
    "t",
    "Sim",
    "s",
    "VERDADEIRO",
    "ativo",
    "",
    " ",
    " sim\t",
    "Active",
    "ATIVA",
    "aktiv",
    "oui",
    "tak",
    "\u200bsim",
    '="true"',
)
_FALSE_WORDS = (
    "false",
    "0",
    "No",
    "n",
    "F",
    "não",
    "na\u0303o",
    "N\u00adO",
    "NÃO",
    "nao",
    "Falso",
    "inativo",
    "Suspended",
    "gesperrt",
    "wyłączony",
)
_INVALID_WORDS = ("maybe", "2", "-1", "jo", "sim!", "true false", "\x07", "x\x00", "jein", "\u017f")
PASSWORDS = ("a phrase for Ana", " spaces around ", "käse und brot 7")
_WEAK_PASSWORDS = (
    "short", "password", "1234567890123",
    "$2b$04$abcdefghijklmnopqrstuusjHI0zQHpOe3SFDK1IriYv6N79Gzr32",
)  # fmt: skip
_ARGON2ID = "argon2$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdHNhbHRzYQ$3FtU3b81j0LmRV2fis"
_BCRYPT = "$04$abcdefghijklmnopqrstuusjHI0zQHpOe3SFDK1IriYv6N79Gzr32"
_KEY, _SALT = "A" * 42 + "8", "c29tZXNhbHRzb21l"
HASHES = (
    f"{_ARGON2ID}VWsTSWkzgdQNsxMJe/5r2hQkY",
    "pbkdf2_sha256$1000$saltsaltsaltsaltsaltsa$fMXG+utOi8Y8IRNH0TZqWcfEpZVvIJ9QEqdrtpArNEM=",
    f"$argon2i$v=19$m=64,t=2,p=1${_SALT}${_KEY}", f"$2a{_BCRYPT}", f"{{bcrypt}}$2y{_BCRYPT}",
    f"bcrypt_sha256$$2b{_BCRYPT}", f"$wp$2y{_BCRYPT}", f"scrypt$16384$salt$8$5${_KEY}=",
    f"scrypt:32768:8:1$salt${'0a' * 64}", f"$scrypt$ln=16,r=8,p=1${_SALT}${_KEY}",
    f"pbkdf2:sha512:500000$salt${'0A' * 64}", f"$pbkdf2-sha256$i=27500,l=32${_SALT}${_KEY}",
    f"$pbkdf2$1300000${_SALT}${'./' * 13}A", f"{{PBKDF2-SHA512}}25000${_SALT}${_KEY}",
    "A" + "B" * 65 + "==", "AQAAAAEAACcQAAAAE" + "A" * 67, "md5$$" + "a" * 32,
    "sha256$salt$" + "0F" * 32, "{SSHA}" + "A" * 32, "{sha-256}" + "A" * 43 + "=",
    "$P$B12345678" + "." * 22, "$H$912345678" + "/" * 21 + "0",
    "$1$salt$" + "." * 22, "{CRYPT}$6$rounds=10000$salt$" + "a" * 85 + "1",
    '{"secretData":"{\\"value\\":\\"' + _KEY + '=\\",\\"salt\\":\\"' + _SALT + '\\"}",'
    '"credentialData":"{\\"hashIterations\\":27500,\\"algorithm\\":\\"pbkdf2-sha256\\"}"}',
)  # fmt: skip
_INVALID_HASHES = (
    "plain", "!", "$2b$12$", "pbkdf2_sha256$x$y$z", "5f4dcc3b5aa765d61d8327deb882cf99",
    HASHES[0].replace("m=19456", "m=999999"), HASHES[0].replace("t=2", "t=99"),
    HASHES[0].replace("p=1", "p=99"), HASHES[1].replace("$1000$", "$1000001$"),
    HASHES[0].replace("m=19456,t=2,p=1", "m=64,t=17,p=8"), HASHES[3].replace("$04$", "$14$"),
    HASHES[4][:-1], HASHES[6].replace("uu", "uv"), HASHES[7].replace("$5$", "$6$"),
    HASHES[8].replace("32768", "32769"), HASHES[9].replace("16", "17"), HASHES[10] + "0",
    HASHES[10].replace("500000", "500001"), HASHES[11].replace("sha256", "md5"),
    HASHES[12].replace("1300000", "1300001"), HASHES[14][1:], HASHES[15].replace("E", "M"),
    "md5$$" + "a" * 31, "sha256$salt$" + "a" * 66, "{SSHA}" + "A" * 27 + "=", "{MD4}" + "A" * 22,
    "$1$salt$" + "." * 21, "$6$rounds=20001$salt$" + "." * 86, "$5$saltsaltsaltsalt0$" + "." * 43,
    "$P$G12345678" + "." * 22, "$H$912345678" + "z" * 22, HASHES[-1].replace("27500", "0"),
    HASHES[-1][:-1], "imported$" + HASHES[3], "firebase_scrypt$AAAA$" + "A" * 86 + "==",
)  # fmt: skip


def name(rng: Random) -> str:
    """Return a valid name, often an unusual one."""
    usual = f"{rng.choice(_FIRST)} {rng.choice(_LAST)}"
    unusual = f"{rng.choice(_FIRST)}{rng.choice(_UNUSUAL_CHARACTERS)}{rng.choice(_LAST)}"
    return rng.choices(("", usual, unusual, rng.choice(_UNUSUAL_NAMES)), (1, 6, 2, 1))[0]


def invalid_name(rng: Random) -> str:
    """Return a name that must be rejected."""
    return rng.choice(_INVALID_NAMES)


def phone(rng: Random) -> str:
    """Return a valid phone."""
    usual = f"+55 11 9{rng.randrange(10**8):08d}"
    return rng.choice(
        (
            "",
            usual,
            f"({rng.randrange(99)}) 1234",
            f"{usual} ::: 0123",
            "9" * 32,
            " 0123\u3000",
            "\u200e+1\xad5",
            "+55\xa011\u202f9",
            '="0123"',
        )
    )


def invalid_phone(rng: Random) -> str:
    """Return a phone that must be rejected."""
    return rng.choice(("9" * 33, "1\x002", "\x08", "+" * 99))


def email(rng: Random) -> str:
    """Return a valid e-mail address out of few, so that files have duplicates."""
    local = rng.choice("abcdefgh") + rng.choice(("", ".b", "+tag", "_1", "-", "'", "=1", "%"))
    return f"{local}{rng.randrange(20)}@{rng.choice(_DOMAINS)}"


def respelled_email(address: str, rng: Random) -> str:
    """Return another spelling of the same e-mail address."""
    local, _, domain = address.rpartition("@")
    same_domain = {"bücher.example": "XN--BCHER-KVA.example", "例え.テスト": "例え。テスト"}.get(
        domain, domain
    )
    spellings = (
        f"{local.upper()}@{domain.upper()}",
        f" {address}\t",
        f"\xa0{address}",
        f"{local}@{same_domain}",
        f"\u202a{address}\u202c",
        f"{local}\u200d@\u00ad{domain}",
        f' ="{address}"',
    )
    return rng.choice(spellings)


def invalid_email(rng: Random) -> str:
    """Return an invalid or an empty e-mail address."""
    return rng.choice((*_INVALID_EMAILS, "", "", "", "  ", "\t", "\x00", "a\x00@example.com"))


def is_active(rng: Random) -> str:
    """Return a word for true or false."""
    return rng.choice(rng.choice((_TRUE_WORDS, _FALSE_WORDS)))


def invalid_boolean(rng: Random) -> str:
    """Return a word that means neither."""
    return rng.choice(_INVALID_WORDS)


def password(rng: Random) -> str:
    """Return a valid password, or mostly none, because each costs a hash."""
    return rng.choice(("", "", "", "****", *PASSWORDS))


def weak_password(rng: Random) -> str:
    """Return a password that must be rejected."""
    return rng.choice(_WEAK_PASSWORDS)


def password_hash(rng: Random) -> str:
    """Return a hash of another system, or none."""
    return rng.choice(("", *HASHES))


def invalid_hash(rng: Random) -> str:
    """Return a hash that Django cannot check, or only at a too high cost."""
    return rng.choice(_INVALID_HASHES)


def name_part(rng: Random) -> str:
    """Return a part of a name, or none."""
    return rng.choice(("", "", *_FIRST, *_LAST, " Ann ", "=1", "x" * 70))


def external_id(rng: Random) -> str:
    """Return an external id out of few, or none."""
    number = rng.randrange(40)
    spellings = (f"E{number}", f" E{number}\xa0", f'="E{number}"', f"\u200bE{number}", f"e{number}")
    unusual = ("", "", "=5", "007", "Jose\u0301", "7 \u3000a", "\u200b", "x" * 255, "-1", "'")
    return rng.choice((*spellings, rng.choice(unusual)))


def invalid_external_id(rng: Random) -> str:
    """Return an external id that must be rejected."""
    return rng.choice(("x" * 256, "a\x07", "1\x00"))


VALID = {
    "email": email, "external_id": external_id, "name": name, "phone": phone,
    "is_active": is_active,
    "password": password, "password_hash": password_hash,
    "first_name": name_part, "middle_name": name_part, "last_name": name_part,
    "second_last_name": name_part,
    "phone 2": phone, "phone 3": phone, "is_inactive": is_active, "is_inactive 2": is_active,
    "must_change_password": is_active, "email_verified": is_active,
}  # fmt: skip
INVALID = {
    "email": invalid_email, "external_id": invalid_external_id, "name": invalid_name,
    "phone": invalid_phone,
    "is_active": invalid_boolean, "password": weak_password, "password_hash": invalid_hash,
    "first_name": invalid_name, "middle_name": invalid_name, "last_name": invalid_name,
    "second_last_name": invalid_name,
    "phone 2": invalid_phone, "phone 3": invalid_phone, "is_inactive": invalid_boolean,
    "is_inactive 2": invalid_boolean,
    "must_change_password": invalid_boolean, "email_verified": invalid_boolean,
}  # fmt: skip

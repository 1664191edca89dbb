"""Cells as people, spreadsheets and scripts write them, right and wrong, one function a field."""

from random import Random

BAD_BYTES = "\uf8ff"
"""Stands where bytes follow that the file's encoding does not have."""

_FIRST = ("Ana", "José", "Zoë", "Jürgen", "Łukasz", "Čapek", "Ñandú", "李雷", "😀", "O'Neil", "ann")
_LAST = ("Silva", "Souza", "Müller", "D'Ávila", "van der Berg", "Ångström", "Ünlü", "Ċetta", "Ab")
_DOMAINS = ("example.com", "mail.example.org", "firma.example", "ÉCOLE.example", "bücher.example",
            "xn--bcher-kva.example", "例え.テスト", "a-b.example.co.uk")  # fmt: skip
_NO_ADDRESS = (
    "ann", "@example.com", "ann@", "ann@example", "ann@@example.com", "ann lee@example.com",
    "ann@exam ple.com", ".ann@example.com", "ann..lee@example.com", '"ann lee"@example.com',
    "ann@127.0.0.1", "ann@[127.0.0.1]", "ann@example.com.", "ann@-example.com", "josé@example.com",
    "\u017fam@example.com", "Ann <ann@example.com>", "ann@x.com, bo@x.com", "ann@xn--a.example",
    "ann@exa_mple.com", "mailto:ann@example.com", "a" * 65 + "@example.com", "#N/A", "'", "\u200b",
    "ann\x07@example.com", "ann@example.com\x7f", "ann\n@example.com", "ann@example..com",
    "a" * 250 + "@example.com", "=HYPERLINK(1)", "ann@example.com;bo@example.com", "-", "\xa0a",
    "ann\uff20example.com",
)  # fmt: skip
_ODD_INSIDE = ("\u2028", "\x85", "\f", "\v", "\t", "\n", "\r\n", "\r", "  ", "\u200b", "\xa0", '"',
               '""', ",", ";", "|", "'", "\\", "\\.", "\ufeff", "\ufffd", "\u0a0d")  # fmt: skip
_ODD_NAMES = ("=1+1", "+55", "-1", "@x", "'=1", "''+", "\t=1", "NULL", "\\N", "\\.", "-", "0",
              "None", "x" * 150, "é" * 150, " ", "\u2028", "\x85", "'")  # fmt: skip
_NO_NAMES = ("x" * 151, "é" * 151, "a\x07", "\x1bb", "c\x00", "\x1c", "d\x7f", "e\x00f")
_ACTIVE = (
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
)
_NOT_ACTIVE = ("false", "0", "No", "n", "F", "não", "NÃO", "nao", "Falso", "inativo")
_NO_WORD = ("maybe", "2", "-1", "on", "sim!", "true false", "\x07", "x\x00", "ja", "\u017f")
PASSWORDS = ("a phrase for Ana", " spaces around ", "käse und brot 7")
_WEAK = ("short", "password", "1234567890123")
_ARGON2ID = "argon2$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdHNhbHRzYQ$3FtU3b81j0LmRV2fis"
HASHES = (
    f"{_ARGON2ID}VWsTSWkzgdQNsxMJe/5r2hQkY",
    "pbkdf2_sha256$1000$saltsaltsaltsaltsaltsa$fMXG+utOi8Y8IRNH0TZqWcfEpZVvIJ9QEqdrtpArNEM=",
)
_NO_HASHES = (
    "plain", "!", "$2b$12$", "pbkdf2_sha256$x$y$z", "md5$salt$5f4dcc3b5aa765d61d8327deb882cf99",
    HASHES[0].replace("m=19456", "m=999999"), HASHES[0].replace("t=2", "t=99"),
    HASHES[0].replace("p=1", "p=99"), HASHES[1].replace("$1000$", "$9000000$"),
)  # fmt: skip


def name(chance: Random) -> str:
    """One that may be imported, and perhaps surprises."""
    usual = f"{chance.choice(_FIRST)} {chance.choice(_LAST)}"
    odd = f"{chance.choice(_FIRST)}{chance.choice(_ODD_INSIDE)}{chance.choice(_LAST)}"
    return chance.choices(("", usual, odd, chance.choice(_ODD_NAMES)), (1, 6, 2, 1))[0]


def no_name(chance: Random) -> str:
    """One that may not."""
    return chance.choice(_NO_NAMES)


def phone(chance: Random) -> str:
    """One that may be imported."""
    usual = f"+55 11 9{chance.randrange(10**8):08d}"
    return chance.choice(("", usual, f"({chance.randrange(99)}) 1234", "9" * 32, " 0123\u3000"))


def no_phone(chance: Random) -> str:
    """One that may not."""
    return chance.choice(("9" * 33, "1\x002", "\x08", "+" * 99))


def email(chance: Random) -> str:
    """An address of few, so that some people come twice."""
    login = chance.choice("abcdefgh") + chance.choice(("", ".b", "+tag", "_1", "-", "'", "=1", "%"))
    return f"{login}{chance.randrange(20)}@{chance.choice(_DOMAINS)}"


def otherwise_spelled(address: str, chance: Random) -> str:
    """The same person."""
    local, _, domain = address.rpartition("@")
    twin = {"bücher.example": "XN--BCHER-KVA.example", "例え.テスト": "例え。テスト"}.get(
        domain, domain
    )
    shown = (
        f"{local.upper()}@{domain.upper()}",
        f" {address}\t",
        f"\xa0{address}",
        f"{local}@{twin}",
    )
    return chance.choice(shown)


def no_email(chance: Random) -> str:
    """What is no address, or nothing."""
    return chance.choice((*_NO_ADDRESS, "", "", "", "  ", "\t", "\x00", "a\x00@example.com"))


def is_active(chance: Random) -> str:
    """A word for yes or no."""
    return chance.choice(chance.choice((_ACTIVE, _NOT_ACTIVE)))


def no_boolean(chance: Random) -> str:
    """Neither."""
    return chance.choice(_NO_WORD)


def password(chance: Random) -> str:
    """Mostly none: each costs a hash."""
    return chance.choice(("", "", "", "", *PASSWORDS))


def weak_password(chance: Random) -> str:
    """One that nobody should have."""
    return chance.choice(_WEAK)


def password_hash(chance: Random) -> str:
    """Of another system."""
    return chance.choice(("", *HASHES))


def no_hash(chance: Random) -> str:
    """None that can be checked later."""
    return chance.choice(_NO_HASHES)


RIGHT = {"email": email, "name": name, "phone": phone, "is_active": is_active,
         "password": password, "password_hash": password_hash}  # fmt: skip
WRONG = {"email": no_email, "name": no_name, "phone": no_phone, "is_active": no_boolean,
         "password": weak_password, "password_hash": no_hash}  # fmt: skip

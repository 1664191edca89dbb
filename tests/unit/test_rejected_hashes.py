"""Password hashes of other systems that are not accepted, and why."""

import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from users_uc.passwords.notations import storable
from users_uc.passwords.schemes import Fault, HashError

BCRYPT = "$2b$04$abcdefghijklmnopqrstuusjHI0zQHpOe3SFDK1IriYv6N79Gzr32"
PHC_PBKDF2 = "$pbkdf2-sha256$i=1000,l=32$c29tZXNhbHRzb21l$" + "A" * 43
PHC_SCRYPT = "$scrypt$ln={},r={},p={}$c29tZXNhbHRzb21l$" + "A" * 43
PHC_ARGON2 = "$argon2id$v=19$m=7168,t=5,p=1$c29tZXNhbHRzb21l$" + "A" * 43


def fault_of(cell: str) -> Fault:
    """Return the fault for which the hash is not accepted."""
    with pytest.raises(HashError) as caught:
        storable(cell)
    return caught.value.fault


@pytest.mark.parametrize(
    "cell",
    [
        '{"algorithm": "pbkdf2"', '{"algorithm": "pbkdf2"}', '{"a": 1}', '{"secretData": "[]"}',
        '{"secretData": "{"}', '{"algorithm": "argon2", "hashIterations": 1, "value": "A"}',
        '{"a":' + "[" * 900, json.dumps({"a": "x" * 2000}),
        '{"algorithm": "argon2", "hashIterations": 5, "value": "A", "additionalParameters": {}}',
        json.dumps({
            "algorithm": "argon2", "hashIterations": 5, "value": "A" * 43, "salt": "A" * 22,
            "additionalParameters": {
                "type": ["id"], "version": ["1.0"], "memory": ["64"], "parallelism": ["1"],
            },
        }),
    ],
)  # fmt: skip
def test_a_malformed_credential_of_keycloak_is_rejected(cell: str) -> None:
    assert fault_of(cell) == Fault.MALFORMED


def changed(cell: str, at: int, letter: str) -> str:
    """Return the cell with another letter."""
    return cell[:at] + letter + cell[at + 1 :]


@pytest.mark.parametrize(
    "cell",
    [
        BCRYPT[:-1], f"{BCRYPT}a", BCRYPT.replace("2b", "2x"), BCRYPT.replace("2b", "2"),
        changed(BCRYPT, 28, "v"), changed(BCRYPT, 59, "3"), BCRYPT.replace("$04$", "$03$"),
        BCRYPT.replace("$04$", "$4$"), BCRYPT.replace("$04$", "$32$"),
        "$2b$12$", "bcrypt$$2b$12$x", "$wp$2y$10$x", "scrypt$", "scrypt:32768:8:1$salt$abc",
        "scrypt:32768:8:1$salt$" + "a" * 33, "scrypt:3:8:1$salt$" + "a" * 64,
        "scrypt:1:8:1$salt$" + "a" * 64, "scrypt:32768:0:1$salt$" + "a" * 64,
        PHC_SCRYPT.format(16, 1, 1), PHC_SCRYPT.format(10, 8, 1)[:-30],
        "pbkdf2_sha256$0$salt$" + "A" * 43 + "=", "pbkdf2_sha256$10$salt$" + "A" * 43,
        "pbkdf2_sha1$1000$$" + "A" * 27 + "=", "pbkdf2:sha256$salt$" + "a" * 64,
        "pbkdf2:sha256:1000$salt$" + "a" * 31, "pbkdf2:sha1:1000$salt$" + "z" * 40,
        PHC_PBKDF2.replace("i=1000", "i=x"), PHC_PBKDF2[:-30], PHC_PBKDF2 + "AA",
        "{PBKDF2-SHA256}x", "firebase_scrypt$salt", "firebase_scrypt$$AAAA",
        "AQAAAAEAACcQAAAAEA==", "AQAAAAE" + "A" * 77, "AQAAAAI" + "/" * 77,
        "md5$salt$abc", "sha1$salt$" + "a" * 41, "sha256$salt$" + "a" * 40,
        "sha512$" + "x" * 65 + "$" + "a" * 128, "{SSHA}AAAA", "{SSHA}" + "A" * 27 + "=",
        "{SHA}" + "A" * 40, "{MD5}" + "A" * 21, "{SSHA512}" + "A" * 400, "$P$Babc",
        "$P$B12345678" + "z" * 22, "$P$412345678" + "." * 22, "$P$z12345678" + "." * 22,
        "$1$salt$" + "." * 21, "$1$saltsalt0$" + "." * 22, "$1$salt$" + "z" * 22,
        "$apr1$salt$" + "2" * 22, "$6$salt$" + "." * 43, "$5$salt$" + "." * 86, "$6$salt$x",
        "$6$rounds=999$salt$" + "." * 86, "$6$salt$" + "2" * 86, "$5$salt$" + "z" * 43,
        "$6$saltsaltsaltsalt0$" + "." * 86,
        PHC_ARGON2[:-30], PHC_ARGON2.replace("v=19", "v=16"), PHC_ARGON2.replace("m=7168", "m=0"),
    ],
)  # fmt: skip
def test_a_malformed_hash_is_rejected(cell: str) -> None:
    assert fault_of(cell) == Fault.MALFORMED


@pytest.mark.parametrize(
    "cell",
    [
        "plain text", "!", "!abc", "*", "0cc175b9c0f1b6a831c399e269772661", "a" * 40, "a" * 64,
        "$y$j9T$salt$hash", "{x}", "{}",
        "imported$" + BCRYPT, f"bcrypt${BCRYPT[1:]}",
        "wrapped$after-md5$AAAA$argon2$argon2id$v=19$m=8,t=1,p=1$AAAA$AAAA",
        "bare$after-md5$AAAA$" + "a" * 32, "unknown$1$2$3", "pbkdf2_md5$1$salt$" + "A" * 24,
        "sha224$salt$" + "a" * 56, f" {BCRYPT}", "\uff04" + BCRYPT[1:],
    ],
)  # fmt: skip
def test_an_unknown_format_is_rejected(cell: str) -> None:
    assert fault_of(cell) == Fault.UNKNOWN


AT_THE_LIMIT: dict[str, Callable[[int], str]] = {
    "bcrypt": lambda more: BCRYPT.replace("$04$", f"${13 + more}$"),
    "pbkdf2-sha1": lambda more: f"pbkdf2:sha1:{1_300_000 + more}$salt${'a' * 40}",
    "pbkdf2-sha256": lambda more: f"pbkdf2:sha256:{1_000_000 + more}$salt${'a' * 64}",
    "pbkdf2-sha512": lambda more: f"pbkdf2:sha512:{500_000 + more}$salt${'a' * 64}",
    "scrypt blocks": lambda more: PHC_SCRYPT.format(14, 8, 5 + more),
    "scrypt memory": lambda more: PHC_SCRYPT.format(16 + more, 8, 1),
    "phpass": lambda more: f"$P${'./0123456789ABCDEFGHIJ'[15 + more]}12345678{'.' * 22}",
    "sha-crypt": lambda more: f"$6$rounds={20_000 + more}$salt${'.' * 86}",
    "argon2 memory": lambda more: PHC_ARGON2.replace("m=7168,t=5", f"m={102_400 + more},t=2"),
    "argon2 passes": lambda more: PHC_ARGON2.replace("t=5", f"t={16 + more}"),
    "argon2 lanes": lambda more: PHC_ARGON2.replace("p=1", f"p={8 + more}"),
}


@pytest.mark.parametrize("make", AT_THE_LIMIT.values(), ids=AT_THE_LIMIT)
def test_costs_may_reach_their_limits(make: Callable[[int], str]) -> None:
    assert storable(make(0))
    assert fault_of(make(1)) == Fault.TOO_COSTLY


@given(st.text(st.characters(codec="utf-8"), max_size=200) | st.binary(max_size=90).map(repr))
def test_no_text_is_an_exception(text: str) -> None:
    for prefix in (
        "",
        "$2b$",
        "{SSHA}",
        "AQAAAAE",
        "scrypt:",
        "firebase_scrypt$",
        '{"a',
        "$P$B",
        "$6$",
    ):
        try:
            storable(prefix + text)
        except HashError as error:
            assert error.fault in Fault  # noqa: PT017

"""Checks of passwords and password hashes in a file."""

from unittest.mock import Mock

import polars as pl
import pytest
from django.contrib.auth.hashers import (
    Argon2PasswordHasher,
    check_password,
    make_password,
)

from tasks.checking.validate import Policy, check
from tasks.messages import row_message
from tasks.reading.header import parse_header
from tasks.reading.header_rules import HeaderRules
from users_uc.models import User
from users_uc.passwords import foreign_hashes
from users_uc.passwords.schemes import Fault

ARGON2ID = "argon2$argon2id$v=19$m={},t={},p={}$c29tZXNhbHRzb21l$" + "A" * 43
PBKDF2 = "pbkdf2_sha256${}$somesalt$" + "A" * 43 + "="
PHC = "$argon2i$v=19$m=64,t=2,p=1$c29tZXNhbHRzb21l$" + "A" * 43
BCRYPT = "$2b$04$abcdefghijklmnopqrstuusjHI0zQHpOe3SFDK1IriYv6N79Gzr32"
DIGEST = "md5$salt$0cc175b9c0f1b6a831c399e269772661"
FIREBASE = f"firebase_scrypt$42xEC+ixf3L2lw==${'A' * 86}=="


def checked(
    column: str, cells: list[str], *, firebase_key_size: int = 0
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return users and rejections of a file with e-mail addresses and this column."""
    rows = {
        "record": range(1, len(cells) + 1),
        "line": range(2, len(cells) + 2),
        "email": [f"p{n}@x.com" for n in range(len(cells))],
        column: cells,
    }
    header = parse_header(["email", column])
    frame = pl.DataFrame(rows, schema_overrides={column: pl.String})
    return check(
        frame,
        header,
        policy=Policy(
            weak_password=lambda p, email, name: p in {"weak", email, name},
            firebase_key_size=firebase_key_size,
        ),
        heartbeat=lambda: None,
    )


@pytest.mark.parametrize(
    ("password", "code"),
    [("weak", "weak_password"), ("p0@x.com", "weak_password"), ("x" * 129, "field_too_long"),
     ("good\0one", "nul_byte")],
)  # fmt: skip
def test_a_rejected_password_is_not_kept(password: str, code: str) -> None:
    users, rejected = checked("password", [password])
    assert users.is_empty()
    assert rejected.select("column", "code", "value").rows() == [("password", code, "")]


@pytest.mark.parametrize("field", ["email", "name", "password"])
def test_the_password_of_a_row_with_a_long_field_is_not_examined(field: str) -> None:
    """The time of the comparison with the name and the e-mail address depends on their lengths."""
    row = {"email": "ann@x.com", "name": "Ann", "password": "secret"} | {field: "a" * 900_000}
    weak_password = Mock(return_value=False)
    frame = pl.DataFrame({"record": [1], "line": [2], **{f: [cell] for f, cell in row.items()}})
    _, rejected = check(
        frame,
        parse_header(list(row)),
        policy=Policy(weak_password=weak_password),
        heartbeat=lambda: None,
    )
    assert rejected.select("column", "code").rows() == [(field, "field_too_long")]
    weak_password.assert_not_called()


@pytest.mark.parametrize("password", ["", " two spaces ", "'=quoted", "x" * 128])
def test_a_password_is_unchanged(password: str) -> None:
    users, rejected = checked("password", [password])
    assert users["password"].to_list() == [password]
    assert rejected.is_empty()


@pytest.mark.parametrize("cell", [BCRYPT, DIGEST, PHC, PBKDF2.format(1000), f"{{CRYPT}}{BCRYPT}"])
def test_a_hash_is_no_password(cell: str) -> None:
    """Else the hash would be the password, for everybody who has an old copy of the file."""
    users, rejected = checked("password", [cell, f"{cell} or so", "$2b$ my bike"])
    assert users["record"].to_list() == [2, 3]
    (row,) = rejected.select("code", "detail", "value").rows()
    assert row == ("weak_password", "hash", "")
    assert "Name its column password_hash" in str(row_message("weak_password", "hash"))


def test_hashes_of_django_that_are_stored_unchanged() -> None:
    """Fails when Django writes another form."""
    hashes = [make_password("x", hasher=hasher) for hasher in ("argon2", "pbkdf2_sha256")]
    users, _ = checked("password_hash", ["", *hashes])
    assert users["password_hash"].to_list() == ["", *hashes]


def test_hashes_of_other_systems_get_the_form_of_chunk_files() -> None:
    users, rejected = checked("password_hash", ["", BCRYPT, DIGEST, BCRYPT, "plain", f" {PHC} "])
    assert users["password_hash"].to_list() == [
        *("", f"imported${BCRYPT}", "bare$before-md5$c2FsdA==$0cc175b9c0f1b6a831c399e269772661"),
        *(f"imported${BCRYPT}", f"argon2{PHC}"),
    ]
    assert users["record"].to_list() == [1, 2, 3, 4, 6]
    assert rejected["record"].to_list() == [5]


@pytest.mark.parametrize(
    ("cell", "detail"),
    [
        ("plain text", "unknown"),
        (BCRYPT[:-1], "malformed"),
        (BCRYPT.replace("$04$", "$14$"), "too_costly"),
        (PBKDF2.format(1_000_001), "too_costly"),
        (ARGON2ID.format(19456, 2, 9), "too_costly"),
        (FIREBASE, "no_firebase_key"),
    ],
)
def test_a_rejected_hash_has_its_reason(cell: str, detail: str) -> None:
    _, rejected = checked("password_hash", [cell])
    assert rejected.select("code", "detail").rows() == [("invalid_password_hash", detail)]
    assert row_message("invalid_password_hash", detail)


@pytest.mark.parametrize(("size", "details"), [(64, []), (32, ["malformed"])])
def test_a_hash_of_firebase_is_as_long_as_its_key(size: int, details: list[str]) -> None:
    _, rejected = checked("password_hash", [FIREBASE], firebase_key_size=size)
    assert rejected["detail"].to_list() == details


def test_each_reason_has_its_message() -> None:
    messages = {row_message("invalid_password_hash", fault) for fault in Fault}
    assert len(messages) == len(Fault)


def test_hashes_of_django_with_its_own_settings_are_accepted() -> None:
    """A project that only chose Argon2 has stored hashes with 100 MiB and 8 lanes."""
    encoded = Argon2PasswordHasher().encode("x", "somesaltsomesalt")
    assert checked("password_hash", [encoded])[1].is_empty()


@pytest.mark.parametrize(
    "cell",
    [
        ARGON2ID.format(102400, 2, 8),
        ARGON2ID.format(65536, 4, 2),
        ARGON2ID.format(64, 16, 8),
        ARGON2ID.format(19456, 2, 1),
        PBKDF2.format(1_000_000),
    ],
)
def test_costs_may_reach_their_limits(cell: str) -> None:
    assert checked("password_hash", [cell])[1].is_empty()


@pytest.mark.parametrize(
    "cell",
    [
        ARGON2ID.format(102401, 1, 1),
        ARGON2ID.format(102400, 3, 1),
        ARGON2ID.format(19456, 9999, 1),
        ARGON2ID.format(64, 17, 8),
        ARGON2ID.format(19456, 2, 9),
        ARGON2ID.format(0, 2, 1),
        ARGON2ID.format("\u0661\u0661", 2, 1),
        ARGON2ID.format(19456, 2, 1).replace("argon2id", "argon2x"),
        ARGON2ID.format(19456, 2, 1)[:-30],
        PBKDF2.format(1_000_001),
        PBKDF2.format("\u0661"),
        PBKDF2.format(99_999_999_999),
        PBKDF2.format(1000)[:-1],
        "pbkdf2_sha256$10000$" + "s" * 65 + "$" + "A" * 43 + "=",
        "0cc175b9c0f1b6a831c399e269772661",
        "$2b$12$abcdefghijklmnopqrstuuAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "!",
        "plain text",
    ],
)
def test_other_hashes_are_rejected_and_not_kept(cell: str) -> None:
    users, rejected = checked("password_hash", [cell])
    assert users.is_empty()
    expected = [("password_hash", "invalid_password_hash", "")]
    assert rejected.select("column", "code", "value").rows() == expected


@pytest.mark.parametrize("cell", [ARGON2ID.format(19456, 2, 1), PBKDF2.format(1000)])
def test_a_wrong_password_does_not_match_an_accepted_hash(cell: str) -> None:
    assert checked("password_hash", [cell])[1].is_empty()
    assert check_password("wrong", cell) is False


@pytest.mark.parametrize("salt", range(9, 67))
def test_only_salts_of_a_possible_length_are_accepted(salt: int) -> None:
    """Django's hasher raises an exception for other salts, at each login."""
    cell = f"argon2$argon2id$v=19$m=8,t=1,p=1${'A' * salt}${'A' * 22}"
    is_accepted = checked("password_hash", [cell])[1].is_empty()
    assert is_accepted is (
        11 <= salt <= 64 and salt % 4 != 1 and len(cell) <= foreign_hashes.MAX_LENGTH
    )
    assert check_password("wrong", cell) is False


@pytest.mark.parametrize("length", range(20, 89))
def test_only_hashes_of_a_possible_length_are_accepted(length: int) -> None:
    cell = f"argon2$argon2id$v=19$m=8,t=1,p=1${'A' * 11}${'A' * length}"
    is_accepted = checked("password_hash", [cell])[1].is_empty()
    assert is_accepted is (
        22 <= length <= 86 and length % 4 != 1 and len(cell) <= foreign_hashes.MAX_LENGTH
    )
    assert check_password("wrong", cell) is False


def test_the_column_holds_the_longest_hash() -> None:
    assert User._meta.get_field("password").max_length == foreign_hashes.MAX_LENGTH


@pytest.mark.parametrize("columns", [{}, {"Senha": None}])
def test_a_secret_in_another_column_is_not_kept(
    columns: dict[str, str | None],
) -> None:
    """Fails when only the column of the secret is hidden. A stray delimiter moves the secret."""
    header = parse_header(["email", "senha", "is_active"], HeaderRules(columns=columns))
    cells = {"email": "p@x.com", "password": "Ann", "is_active": "TopSecret9x"}
    row = {"record": 1, "line": 2} | {name: cells[name] for name in header.columns}
    _, rejected = check(
        pl.DataFrame([row]),
        header,
        policy=Policy(weak_password=lambda p, email, name: False),
        heartbeat=lambda: None,
    )
    assert header.has_secrets
    assert rejected.select("code", "value").rows() == [("invalid_boolean", "")]

"""The rules for cells, checked one row at a time."""

from collections.abc import Mapping

from django.contrib.auth.hashers import identify_hasher
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from tests.oracle import known_headers
from users_uc.emails import InvalidEmailError, normalise
from users_uc.models import User

TRUE = set(known_headers.TABLE["words"]["active"])
FALSE = set(known_headers.TABLE["words"]["inactive"])
BOOLEANS = ("is_active", "must_change_password", "email_verified")
LONGEST = {"email": 254, "name": 150, "phone": 32, "password": 128}
WHITE = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)
"""Unicode's White_Space. Python's strip() also strips the control characters U+001C to U+001F."""
CONTROLS = {chr(n) for n in (*range(0x20), 0x7F)} - set("\t\n\v\f\r")

type Fault = tuple[str, str]
"""The column and the error code."""


def trimmed(field: str, cell: str) -> str:
    """Strip white space, except from a password, in which it counts."""
    return cell if field == "password" else cell.strip(WHITE)


def fault(cells: Mapping[str, str]) -> Fault | None:
    """Return the first rule that the trimmed cells break; `cells` are in the order of the file."""
    for rule in (
        _too_long,
        _nul,
        _missing_email,
        _invalid_email,
        _control,
        _invalid_boolean,
        _invalid_password,
    ):
        broken = rule(cells)
        if broken is not None:
            return broken
    return None


def _nul(cells: Mapping[str, str]) -> Fault | None:
    return next(((field, "nul_byte") for field, cell in cells.items() if "\0" in cell), None)


def _missing_email(cells: Mapping[str, str]) -> Fault | None:
    return None if cells["email"] else ("email", "missing_email")


def _too_long(cells: Mapping[str, str]) -> Fault | None:
    for field, longest in LONGEST.items():
        if len(cells.get(field, "")) > longest:
            return field, "field_too_long"
    return None


def _invalid_email(cells: Mapping[str, str]) -> Fault | None:
    try:
        normalise(cells["email"])
    except InvalidEmailError:
        return "email", "invalid_email"
    return None


def _control(cells: Mapping[str, str]) -> Fault | None:
    for field, cell in cells.items():
        if field in ("name", "phone") and CONTROLS & set(cell):
            return field, "control_character"
    return None


def _invalid_boolean(cells: Mapping[str, str]) -> Fault | None:
    for field, cell in cells.items():
        if field in BOOLEANS and cell.lower() not in TRUE | FALSE | {""}:
            return field, "invalid_boolean"
    return None


def _invalid_password(cells: Mapping[str, str]) -> Fault | None:
    password, encoded = cells.get("password", ""), cells.get("password_hash", "")
    if password and not _is_strong(
        password, User(email=cells["email"], name=cells.get("name", ""))
    ):
        return "password", "weak_password"
    if encoded and not _is_hash(encoded):
        return "password_hash", "invalid_password_hash"
    return None


def _is_strong(password: str, user: User) -> bool:
    try:
        validate_password(password, user)
    except ValidationError:
        return False
    return True


def _is_hash(encoded: str) -> bool:
    """Return whether Django can check a password against it, at a cost that a login allows."""
    try:
        parts = identify_hasher(encoded).decode(encoded)
    except (ValueError, AssertionError):
        return False
    if parts["algorithm"] == "pbkdf2_sha256":
        return bool(parts["iterations"] <= 1_000_000)
    memory = parts["memory_cost"]
    cheap = memory <= 100 * 1024 and memory * parts["time_cost"] <= 200 * 1024
    few = parts["time_cost"] <= 16 and parts["parallelism"] <= 8
    return bool(parts["variety"] == "argon2id" and cheap and few)

"""The rules for cells, checked one row at a time."""

from collections.abc import Container, Mapping
from unicodedata import normalize

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from tests.oracle.attributes import PREFIX
from tests.oracle.hashes import is_hash
from tests.oracle.words import is_active
from users_uc.emails import InvalidEmailError, normalise
from users_uc.models import User

BOOLEANS = ("is_active", "must_change_password", "email_verified")
LONGEST = {"email": 254, "external_id": 255, "name": 150, "phone": 32, "password": 128}
WHITE = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)
"""Unicode's White_Space. Python's strip() also strips the control characters U+001C to U+001F."""
CONTROLS = {chr(n) for n in (*range(0x20), 0x7F)} - set("\t\n\v\f\r")

type Fault = tuple[str, str]
"""The column and the error code."""


INVISIBLE = {0xAD, 0x61C, *range(0x200B, 0x2010), *range(0x202A, 0x202F), 0x2060}
INVISIBLE |= {*range(0x2066, 0x206A), 0xFEFF}
NO_BREAK_SPACES = {0xA0, 0x2007, 0x202F}
JOINERS = {0x200C, 0x200D}


def trimmed(field: str, cell: str) -> str:
    """Tidy the cell and strip white space, except from a password, in which it counts."""
    cell = without_excel_formula(cell)
    if field == "email" or field.startswith("phone"):
        cell = cell.split(" ::: ")[0]
    is_boolean = field in BOOLEANS or field.startswith("is_inactive")
    if field.endswith("name") or is_boolean or field == "external_id":
        cell = normalize("NFC", cell)
    if is_boolean or field == "external_id":
        cell = _without(cell, INVISIBLE)
    if field.startswith("phone"):
        cell = _without(cell, INVISIBLE | NO_BREAK_SPACES)
    if field == "email":
        cell = _visible_address(cell)
    if field.startswith(PREFIX):
        cell = normalize("NFC", cell.strip(WHITE + "".join(map(chr, INVISIBLE))))
    return cell if field == "password" else cell.strip(WHITE)


def _without(cell: str, code_points: Container[int]) -> str:
    return "".join(character for character in cell if ord(character) not in code_points)


def _visible_address(cell: str) -> str:
    """Remove invisible characters; inside other scripts than Latin, joiners may be part of it."""
    visible = _without(cell, INVISIBLE)
    if visible.isascii() or not visible.strip():
        return visible
    first, last = cell.find(visible.strip()[0]), cell.rfind(visible.strip()[-1])
    return _without(cell[first : last + 1], INVISIBLE - JOINERS)


def without_excel_formula(cell: str) -> str:
    """Return the text of a cell `="text"`, whose inner quotes are doubled."""
    formula = cell.strip(WHITE)
    inner = formula[2:-1]
    if formula[:2] != '="' or formula[-1] != '"' or len(formula) < 3:
        return cell
    return cell if '"' in inner.replace('""', "") else inner.replace('""', '"')


def fault(cells: Mapping[str, str], *, match: str = "email") -> Fault | None:
    """Return the first rule that the trimmed cells break; `cells` are in the order of the file.

    `match`: the key that finds users, which may not be empty.
    """
    if match == "external_id" and _too_long(cells) is None and _nul(cells) is None:
        other = _missing_email(cells) or _invalid_email(cells)
        if other is None and not cells["external_id"]:
            return "external_id", "missing_external_id"
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
        if field in ("external_id", "name", "phone") and CONTROLS & set(cell):
            return field, "control_character"
    return None


def _invalid_boolean(cells: Mapping[str, str]) -> Fault | None:
    for field, cell in cells.items():
        if field in BOOLEANS and cell and is_active(cell) is None:
            return field, "invalid_boolean"
    return None


def _invalid_password(cells: Mapping[str, str]) -> Fault | None:
    password, encoded = cells.get("password", ""), cells.get("password_hash", "")
    if is_hash(password):
        return "password", "weak_password"
    if password and not _is_strong(
        password, User(email=cells["email"], name=cells.get("name", ""))
    ):
        return "password", "weak_password"
    if encoded and not is_hash(encoded):
        return "password_hash", "invalid_password_hash"
    return None


def _is_strong(password: str, user: User) -> bool:
    try:
        validate_password(password, user)
    except ValidationError:
        return False
    return True

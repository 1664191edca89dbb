"""What a cell may hold, one value at a time."""

from collections.abc import Mapping

from django.contrib.auth.hashers import identify_hasher
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from users_uc.emails import InvalidEmailError, normalise
from users_uc.models import User

TRUE = {"true", "1", "yes", "y", "t", "sim", "s", "verdadeiro", "ativo",
        "wahr", "vrai", "vero", "verdadero"}  # fmt: skip
FALSE = {"false", "0", "no", "n", "f", "não", "nao", "falso", "inativo", "falsch", "faux"}
LONGEST = {"email": 254, "name": 150, "phone": 32, "password": 128}
WHITE = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)
"""Unicode's White_Space. Python's strip() also takes the controls U+001C to U+001F."""
CONTROLS = {chr(n) for n in (*range(0x20), 0x7F)} - set("\t\n\v\f\r")

type Fault = tuple[str, str]
"""The column and the code."""


def trimmed(field: str, cell: str) -> str:
    """Spaces belong to a password and to nothing else."""
    return cell if field == "password" else cell.strip(WHITE)


def fault(person: Mapping[str, str]) -> Fault | None:
    """The first rule that the trimmed cells break; `person` has them in the file's order."""
    for rule in (_nul, _no_email, _too_long, _bad_email, _control, _bad_boolean, _bad_password):
        found = rule(person)
        if found is not None:
            return found
    return None


def _nul(person: Mapping[str, str]) -> Fault | None:
    return next(((field, "nul_byte") for field, cell in person.items() if "\0" in cell), None)


def _no_email(person: Mapping[str, str]) -> Fault | None:
    return None if person["email"] else ("email", "missing_email")


def _too_long(person: Mapping[str, str]) -> Fault | None:
    for field, longest in LONGEST.items():
        if len(person.get(field, "")) > longest:
            return field, "field_too_long"
    return None


def _bad_email(person: Mapping[str, str]) -> Fault | None:
    try:
        normalise(person["email"])
    except InvalidEmailError:
        return "email", "invalid_email"
    return None


def _control(person: Mapping[str, str]) -> Fault | None:
    for field, cell in person.items():
        if field in ("name", "phone") and CONTROLS & set(cell):
            return field, "control_character"
    return None


def _bad_boolean(person: Mapping[str, str]) -> Fault | None:
    word = person.get("is_active", "").lower()
    return None if word in TRUE | FALSE | {""} else ("is_active", "invalid_boolean")


def _bad_password(person: Mapping[str, str]) -> Fault | None:
    password, encoded = person.get("password", ""), person.get("password_hash", "")
    if password and not _is_strong(
        password, User(email=person["email"], name=person.get("name", ""))
    ):
        return "password", "weak_password"
    if encoded and not _is_hash(encoded):
        return "password_hash", "invalid_password_hash"
    return None


def _is_strong(password: str, person: User) -> bool:
    try:
        validate_password(password, person)
    except ValidationError:
        return False
    return True


def _is_hash(encoded: str) -> bool:
    """Whether Django can check a password against it, at a cost that a login may have."""
    try:
        found = identify_hasher(encoded).decode(encoded)
    except (ValueError, AssertionError):
        return False
    if found["algorithm"] == "pbkdf2_sha256":
        return bool(found["iterations"] <= 2_000_000)
    memory = found["memory_cost"]
    cheap = memory <= 128 * 1024 and memory * found["time_cost"] <= 256 * 1024
    return bool(found["variety"] == "argon2id" and cheap and found["parallelism"] <= 8)

"""Why rows were rejected, in a few words each."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_lazy as _

_REASONS: Final = {
    "missing_email": _("No e-mail address"),
    "missing_external_id": _("No external id"),
    "invalid_email": _("Not a valid e-mail address"),
    "duplicate_in_file": _("E-mail address twice in the file"),
    "duplicate_external_id": _("External id twice in the file"),
    "conflicting_identity": _("External id of another user"),
    "email_taken": _("E-mail address of another user"),
    "too_few_columns": _("Too few cells"),
    "too_many_columns": _("Too many cells"),
    "invalid_quoting": _("Quotes that do not match"),
    "field_too_long": _("Text too long"),
    "invalid_utf8": _("Bytes that are not UTF-8"),
    "undecodable": _("Bytes that the encoding does not have"),
    "nul_byte": _("NUL character"),
    "control_character": _("Control character"),
    "invalid_boolean": _("Neither true nor false"),
    "invalid_attribute": _("Not a value of the attribute"),
    "missing_attribute": _("Missing value of an attribute"),
    "weak_password": _("Weak password"),
    "invalid_password_hash": _("Unknown form of a password hash"),
}


@dataclass(frozen=True)
class Reason:
    """A code of rejected rows with its number of rows."""

    code: str
    title: str
    count: int


def reasons(rejections: Mapping[str, int]) -> list[Reason]:
    """Return the reasons, the most frequent first."""
    found = [Reason(code, _title(code), count) for code, count in rejections.items()]
    return sorted(found, key=lambda reason: (-reason.count, reason.code))


def _title(code: str) -> str:
    return str(_REASONS.get(code, code))

"""The declaration of an attribute, and its limits."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final

MAX_ATTRIBUTES: Final = 100
NAME_MAX_LENGTH: Final = 63
NAME_PATTERN: Final = rf"^[a-z][a-z0-9_]{{0,{NAME_MAX_LENGTH - 1}}}$"
LABEL_MAX_LENGTH: Final = 150
HEADER_MAX_LENGTH: Final = 255
MAX_HEADERS: Final = 50
CHOICE_MAX_LENGTH: Final = 150
MAX_CHOICES: Final = 500

RESERVED_NAMES: Final = frozenset(
    {
        *("id", "email", "external_id", "name", "phone", "first_name", "middle_name"),
        *(
            "last_name",
            "second_last_name",
            "secret",
            "password",
            "current_password",
            "new_password",
            "password_hash",
        ),
        *("is_active", "is_inactive", "is_staff", "is_superuser", "can_import"),
        *("must_change_password", "email_verified", "verified_email", "deactivated_by_user"),
        *("date_joined", "last_login", "import", "import_id", "groups", "permissions"),
        *("attributes", "search", "ordering", "cursor", "page_size", "token_version"),
    }
)
"""Fields of a user, columns of a file and parameters of the list."""


class AttributeType(StrEnum):
    """The types of values."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    DATE = "date"
    CHOICE = "choice"


@dataclass(frozen=True, kw_only=True)
class DeclaredAttribute:
    """An attribute that users may have. `labels` maps a language to the label in it."""

    name: str
    type: AttributeType
    choices: tuple[str, ...] = ()
    required: bool = False
    headers: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)


type Declared = Mapping[str, DeclaredAttribute]
"""All declared attributes by name."""
NO_ATTRIBUTES: Final[Declared] = MappingProxyType({})

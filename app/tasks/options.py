"""The options of an upload, as a job stores them. Does not import Django."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any, Final, Literal, Self

from tasks.codes import FileError
from tasks.reading.decoding import canonical
from tasks.reading.header_columns import FIELDS
from tasks.reading.header_rules import ATTRIBUTE, HeaderRules
from users_uc.attributes.dates import DateOrder
from users_uc.attributes.declared import NAME_PATTERN, Declared

type Mode = Literal["create", "upsert"]
type Match = Literal["email", "external_id"]

UPDATABLE: Final = ("email", "external_id", "name", "phone", "is_active")
"""The fields of existing users that a file may change, beside attributes.

Never rights or passwords.
"""
CLEARABLE: Final = ("external_id", "name", "phone")
"""The fields that the option `clear_with` may empty, beside attributes."""
CLEAR_WITH_MAX_LENGTH: Final = 100
CLIENT_REFERENCE_MAX_LENGTH: Final = 100
DATE_ORDERS: Final = ("dmy", "mdy")

MAX_ERRORS: Final = r"[0-9]{1,18}|[0-9]{1,3}(\.[0-9]{1,9})?%"
"""A pattern for whole texts."""
_ATTRIBUTE_FIELD: Final = re.compile(re.escape(ATTRIBUTE) + NAME_PATTERN.removeprefix("^"))
DELIMITERS: Final = (",", ";", "\t", "|")


@dataclass(frozen=True, kw_only=True)
class Options:
    """The valid options of an upload.

    `match` is the field by which existing users are found. `update` names the fields of them that
    change, all if it is `None`. A cell with the text `clear_with` empties its field. Dates such as
    `01/02/2026` are rejected if `date_order` is `None`.

    `max_errors` is a number of rows such as `100`, or a percentage such as `2.5%`. `delimiter` and
    `encoding` are `None` if they are detected. `columns` maps headers of the file to fields, or to
    `None` if the column is ignored. `sheet` is the name of a sheet, or `None` for the first visible
    one. `language` is the language of the invitations. `client_reference` is the uploader's own
    name of the import.
    """

    mode: Mode = "create"
    match: Match = "email"
    update: Sequence[str] | None = None
    clear_with: str | None = None
    date_order: DateOrder | None = None
    dry_run: bool = False
    on_error: Literal["continue", "abort"] = "continue"
    max_errors: str | None = None
    delimiter: str | None = None
    encoding: str | None = None
    sheet: str | None = None
    columns: Mapping[str, str | None] = field(default_factory=dict)
    invite: bool = False
    must_change_password: bool = False
    notify: bool = False
    client_reference: str | None = None
    language: str = "en"

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Return the options of a job without its `unknown_options`."""
        unknown = unknown_options(stored)
        return cls(**{name: value for name, value in stored.items() if name not in unknown})

    def as_json(self) -> dict[str, Any]:
        """Return all options."""
        return asdict(self)

    def to_store(self) -> dict[str, Any]:
        """Return the value of `ImportJob.options`: the options that differ from the default.

        A Celery worker of an earlier version, which still runs during an upgrade, ends a job with
        options that it does not know.
        """
        defaults = asdict(type(self)())
        return {name: value for name, value in asdict(self).items() if value != defaults[name]}

    def may_update(self, field: str) -> bool:
        """Return whether a file with these options may change the field of an existing user."""
        if self.update is None:
            return field != self.match
        if field == "attributes":  # any of them
            return any(one.startswith(ATTRIBUTE) for one in self.update)
        return field in self.update

    def may_clear(self, field: str) -> bool:
        """Return whether a cell of the field that has the text `clear_with` empties the field."""
        is_clearable = field in CLEARABLE or field.startswith(ATTRIBUTE)
        return self.clear_with is not None and is_clearable

    def header_rules(self, attributes: Declared, forbidden: Collection[str]) -> HeaderRules:
        """Return the rules about headers. Columns of `forbidden` fields are ignored."""
        return HeaderRules(columns=self.columns, forbidden=forbidden, attributes=attributes)

    def tolerates(self, *, failed: int, rows: int) -> bool:
        """Return whether this number of rejected rows is within `max_errors`."""
        if self.max_errors is None:
            return True
        if self.max_errors.endswith("%"):
            return failed * 100 <= Decimal(self.max_errors[:-1]) * rows
        return failed <= int(self.max_errors)


DEFAULT_OPTIONS: Final = Options()


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def _is_max_errors(value: Any) -> bool:
    return value is None or (isinstance(value, str) and bool(re.fullmatch(MAX_ERRORS, value)))


def _is_attribute(field: Any) -> bool:
    return isinstance(field, str) and bool(_ATTRIBUTE_FIELD.match(field))


def _are_updatable(fields: Any) -> bool:
    if fields is None:
        return True
    return isinstance(fields, list) and all(f in UPDATABLE or _is_attribute(f) for f in fields)


def is_field(field: Any) -> bool:
    """Return whether the option `columns` may name the field."""
    return field in FIELDS or _is_attribute(field)


def _maps_to_fields(columns: Any) -> bool:
    fields_of = columns.values() if isinstance(columns, dict) else ["invalid"]
    return all(field is None or is_field(field) for field in fields_of)


_IS_KNOWN: Final[Mapping[str, Callable[[Any], bool]]] = {
    "mode": lambda value: value in ("create", "upsert"),
    "match": lambda value: value in ("email", "external_id"),
    "update": _are_updatable,
    "clear_with": lambda value: isinstance(value, str | None),
    "date_order": lambda value: value in (None, *DATE_ORDERS),
    "dry_run": _is_flag,
    "on_error": lambda value: value in ("continue", "abort"),
    "max_errors": _is_max_errors,
    "delimiter": lambda value: value in (None, *DELIMITERS),
    "encoding": lambda value: value is None or canonical(str(value)) == value,
    "sheet": lambda value: isinstance(value, str | None),
    "columns": _maps_to_fields,
    "invite": _is_flag,
    "must_change_password": _is_flag,
    "notify": _is_flag,
    "client_reference": lambda value: isinstance(value, str | None),
    "language": lambda value: isinstance(value, str),
}
"""Whether this version knows the value of an option."""


def unknown_options(stored: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options of a job whose name or value only a later version of the service knows.

    A job has such options after the operator has gone back to an earlier version.
    """
    return {
        name: value
        for name, value in stored.items()
        if name not in _IS_KNOWN or not _IS_KNOWN[name](value)
    }


def unknown_option_error(stored: Mapping[str, Any]) -> FileError | None:
    """Return the error of a job with `unknown_options`, or `None` if it has none."""
    names = sorted(unknown_options(stored))
    return FileError("unknown_option", names=", ".join(names)) if names else None

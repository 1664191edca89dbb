"""The options of an upload, as a job stores them. Does not import Django."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from decimal import Decimal
from typing import Any, Final, Literal, Self

from tasks.codes import FileError

type Mode = Literal["create", "upsert"]

DELIMITERS: Final = (",", ";", "\t", "|")


@dataclass(frozen=True, kw_only=True)
class Options:
    """The valid options of an upload.

    `max_errors` is a number of rows such as `100`, or a percentage such as `2.5%`. `delimiter` and
    `encoding` are `None` if they are detected. `columns` maps headers of the file to fields, or to
    `None` if the column is ignored. `sheet` is the name of a sheet, or `None` for the first visible
    one. `language` is the language of the invitations.
    """

    mode: Mode = "create"
    dry_run: bool = False
    on_error: Literal["continue", "abort"] = "continue"
    max_errors: str | None = None
    delimiter: str | None = None
    encoding: str | None = None
    sheet: str | None = None
    columns: Mapping[str, str | None] = field(default_factory=dict)
    invite: bool = False
    must_change_password: bool = False
    language: str = "en"

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Return the options of a job without its `unknown_options`."""
        unknown = unknown_options(stored)
        return cls(**{name: value for name, value in stored.items() if name not in unknown})

    def as_json(self) -> dict[str, Any]:
        """Return the value of `ImportJob.options`."""
        return asdict(self)

    def tolerates(self, *, failed: int, rows: int) -> bool:
        """Return whether this number of rejected rows is within `max_errors`."""
        if self.max_errors is None:
            return True
        if self.max_errors.endswith("%"):
            return failed * 100 <= Decimal(self.max_errors[:-1]) * rows
        return failed <= int(self.max_errors)


_NAMES: Final = frozenset(option.name for option in fields(Options))
_VALUES: Final[Mapping[str, tuple[str, ...]]] = {
    "mode": ("create", "upsert"),
    "on_error": ("continue", "abort"),
}


def unknown_options(stored: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options of a job whose name or value only a later version of the service knows.

    A job has such options after the operator has gone back to an earlier version.
    """
    return {
        name: value
        for name, value in stored.items()
        if name not in _NAMES or (name in _VALUES and value not in _VALUES[name])
    }


def unknown_option_error(stored: Mapping[str, Any]) -> FileError | None:
    """Return the error of a job with `unknown_options`, or `None` if it has none."""
    names = sorted(unknown_options(stored))
    return FileError("unknown_option", names=", ".join(names)) if names else None

"""The options of an upload, as a job stores them. Does not import Django."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any, Final, Literal

type Mode = Literal["create", "upsert"]

DELIMITERS: Final = (",", ";", "\t", "|")


@dataclass(frozen=True, kw_only=True)
class Options:
    """The valid options of an upload.

    `max_errors` is a number of rows such as `100`, or a percentage such as `2.5%`. `delimiter` and
    `encoding` are `None` if they are detected. `columns` maps headers of the file to fields, or to
    `None` if the column is ignored. `language` is the language of the invitations.
    """

    mode: Mode = "create"
    dry_run: bool = False
    on_error: Literal["continue", "abort"] = "continue"
    max_errors: str | None = None
    delimiter: str | None = None
    encoding: str | None = None
    columns: Mapping[str, str | None] = field(default_factory=dict)
    invite: bool = False
    language: str = "en"

    def as_json(self) -> dict[str, Any]:
        """Return the value of `ImportJob.options`: the keyword arguments of the same options."""
        return asdict(self)

    def tolerates(self, *, failed: int, rows: int) -> bool:
        """Return whether this number of rejected rows is within `max_errors`."""
        if self.max_errors is None:
            return True
        if self.max_errors.endswith("%"):
            return failed * 100 <= Decimal(self.max_errors[:-1]) * rows
        return failed <= int(self.max_errors)

"""What the uploader asked for, as it is stored with the job. Knows no Django."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any, Final, Literal

type Mode = Literal["create", "upsert"]

DELIMITERS: Final = (",", ";", "\t", "|")


@dataclass(frozen=True, kw_only=True)
class Options:
    """The form fields beside the file, checked already.

    `max_errors`: a number of rows such as `100`, or a percentage of them such as `2.5%`.
    `delimiter`, `encoding`: None where they are to be detected.
    `invite`: a mail to each person who is created, in `language`.
    `columns`: what the file's own headers stand for: a field, or None for nothing.
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
        """For ImportJob.options, whose keyword arguments make the same options again."""
        return asdict(self)

    def tolerates(self, *, failed: int, rows: int) -> bool:
        """Whether so many failed rows are within `max_errors`."""
        if self.max_errors is None:
            return True
        if self.max_errors.endswith("%"):
            return failed * 100 <= Decimal(self.max_errors[:-1]) * rows
        return failed <= int(self.max_errors)

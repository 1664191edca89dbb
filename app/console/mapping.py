"""How an upload is read: the detected facts, and its columns with the fields that they mean."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from rest_framework.exceptions import NotFound

from console import labels
from console.models import Upload
from console.problems import explain
from tasks.intake.admission import forbidden_fields
from tasks.intake.inspection import Column, Inspection, columns_of, first_rows, inspect_file
from tasks.options import Options
from tasks.reading.header_columns import FIELDS, keys_of
from tasks.reading.header_rules import ATTRIBUTE, Columns
from tasks.reading.known_headers import meaning_of, normalised
from tasks.reading.returned import ERROR_COLUMNS
from tasks.reading.sheet import NAMES
from tasks.status.inspection import InspectedSerializer
from users_uc.attribute_queries import declared_attributes
from users_uc.models import User

MAX_COLUMNS: Final = 200
"""Columns with a select. Further columns are imported as they are recognised."""
_ROWS: Final = 5
_EXPLAINED_BY_THE_PAGE: Final = ("encoding_guessed", "sheets_ignored")
"""The warnings beside whose subject the page has a select."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A column and the field that is chosen for it. An ignored column has the field `""`.

    A column is doubtful if an error is about its field and proposes another mapping.
    """

    name: str
    field: str
    recognised: str
    samples: Sequence[str]
    is_secret: bool
    is_doubtful: bool

    @property
    def state(self) -> str:
        """How the field was chosen."""
        if self.is_doubtful:
            return "doubtful"
        if not self.field:
            return "ignored"
        return "recognised" if self.field == self.recognised else "chosen"

    @property
    def recognised_label(self) -> Any:
        """The name of a recognised field that no option can name."""
        return None if self.recognised in ("", *FIELDS) else labels.FIELDS.get(self.recognised)


@dataclass(frozen=True, kw_only=True)
class Preview:
    """The facts that the page shows about a file.

    If `is_settled`, there is nothing to choose: all columns are known, or their mapping is
    remembered. `later` says that only the import itself can read the file.
    """

    facts: Mapping[str, Any]
    choices: Sequence[Choice]
    rows: Sequence[Sequence[str | None]]
    sheets: Sequence[str]
    problem: str | None
    problem_code: str
    warnings: Sequence[Mapping[str, str]]
    is_settled: bool
    later: bool
    inspection: Inspection

    @property
    def headers(self) -> list[str]:
        """The headers of the columns with a select."""
        return [choice.name for choice in self.choices]

    @property
    def recognised(self) -> list[str]:
        """The recognised fields of these columns."""
        return [choice.recognised for choice in self.choices]

    @property
    def imported_count(self) -> int:
        """The number of columns that are imported."""
        return sum(bool(choice.field) for choice in self.choices)

    @property
    def ignored_count(self) -> int:
        """The number of columns that are not imported."""
        return len(self.choices) - self.imported_count

    @property
    def doubtful(self) -> list[str]:
        """The names of the doubtful columns."""
        return [choice.name for choice in self.choices if choice.is_doubtful]

    @property
    def further_count(self) -> int:
        """The number of columns without a select."""
        return len(self.facts["columns"]) - len(self.choices)


def read(upload: Upload, options: Options, owner: User) -> Inspection:
    """Inspect the upload. Columns of the options that the file does not have are left out.

    Raises `NotFound` if the file is gone, and `ImportRefused` if the owner may not import a field
    of the option `columns`.
    """
    try:
        file = upload.file.open()
    except FileNotFoundError:
        raise NotFound from None
    with file:
        inspection = inspect_file(file, options, owner)
        if inspection.error and inspection.error.code == "unknown_column" and inspection.dialect:
            keys = keys_of(inspection.dialect.header)
            left = {name: to for name, to in options.columns.items() if normalised(name) in keys}
            inspection = inspect_file(file, replace(options, columns=left), owner)
    return inspection


def read_in_other_encoding(
    upload: Upload, options: Options, owner: User, *, chosen: Mapping[str, str]
) -> Inspection:
    """Inspect the upload. Columns whose names the encoding changes keep the chosen fields.

    `chosen` has the fields of all columns by their names in the encoding before.
    """
    inspection = read(upload, options, owner)
    header = inspection.dialect.header[:MAX_COLUMNS] if inspection.dialect else ()
    if len(header) != len(chosen):
        return inspection
    pairs = zip(header, chosen.items(), strict=True)
    renamed = {name: field for name, (before, field) in pairs if field and name != before}
    if not renamed:
        return inspection
    columns = {**inspection.options.columns, **renamed}
    return read(upload, replace(inspection.options, columns=columns), owner)


def usable(columns: Columns, owner: User) -> Columns:
    """Return the stored columns without those of fields that the owner cannot import any more."""
    forbidden = forbidden_fields(owner, Options())
    gone = {to for to in columns.values() if to and to.startswith(ATTRIBUTE)}
    if gone:
        gone -= {ATTRIBUTE + name for name in declared_attributes()}
    return {name: to for name, to in columns.items() if to not in (*forbidden, *gone)}


def preview(
    inspection: Inspection,
    *,
    chosen: Mapping[str, str] | None = None,
    sheets: Sequence[str] = (),
    is_remembered: bool = False,
) -> Preview:
    """Return what the page shows.

    `chosen` are the fields of a form that was refused, by header. `sheets` are those that the page
    had before.
    """
    facts = InspectedSerializer(inspection).data
    columns = columns_of(inspection)[:MAX_COLUMNS]
    error = facts["error"] or {}
    choices = [_choice(one, inspection, chosen, error.get("columns") or {}) for one in columns]
    later = error.get("code") == "too_large" and facts["format"] != "csv"
    hides_error = later or (chosen is not None and bool(columns))
    is_known = is_remembered or all(_is_known(one, inspection.options.columns) for one in columns)
    return Preview(
        facts=facts,
        choices=choices,
        rows=[row[:MAX_COLUMNS] for row in first_rows(inspection, _ROWS)],
        sheets=_sheets(inspection, sheets),
        problem=None if hides_error or not error else explain(error["code"], error["message"]),
        problem_code=error.get("code", ""),
        warnings=[one for one in facts["warnings"] if one["code"] not in _EXPLAINED_BY_THE_PAGE],
        is_settled=not error and chosen is None and is_known,
        later=later,
        inspection=inspection,
    )


def _choice(
    column: Column,
    inspection: Inspection,
    chosen: Mapping[str, str] | None,
    proposed: Columns,
) -> Choice:
    recognised = column.recognised or ""
    if chosen is not None:
        field = chosen.get(column.name, recognised)
    elif inspection.header is not None:
        field = column.field or ""
    else:  # the header has an error for which there is no proposal
        field = inspection.options.columns.get(column.name, recognised) or ""
    return Choice(
        name=column.name,
        field=field,
        recognised=recognised,
        samples=column.samples,
        is_secret=column.is_secret,
        is_doubtful=chosen is None
        and (column.name in proposed or column.recognised in proposed.values()),
    )


def _is_known(column: Column, asked: Iterable[str]) -> bool:
    """Return whether the user need not look at the column."""
    if column.field or not column.name or column.name in (*asked, *ERROR_COLUMNS):
        return True
    meaning = meaning_of(normalised(column.name))
    return meaning is not None and not meaning.is_checked


def _sheets(inspection: Inspection, before: Sequence[str]) -> Sequence[str]:
    """Return the names of the sheets, if all of them are known."""
    sheet = inspection.sheet
    if sheet is None or sheet.name in before:
        return before
    return [sheet.name, *sheet.others] if len(sheet.others) <= NAMES else []

"""Which column is which, and a record's cells by their fields."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from tests.oracle import rules
from tests.oracle.reading import FileRefusedError, Record

FIELDS = {
    "email": "email", "e-mail": "email", "name": "name", "nome": "name", "phone": "phone",
    "telefone": "phone", "is_active": "is_active", "ativo": "is_active", "password": "password",
    "senha": "password", "password_hash": "password_hash",
}  # fmt: skip
ERROR_COLUMNS = ("error_line", "error_column", "error_code", "error_message")
_RISKY = re.compile(r"'*[=+\-@\t\r]")
_GUARDED = re.compile(r"'+[=+\-@\t\r]")


@dataclass(frozen=True)
class Header:
    """`fields` by position; `width` without the nameless and error columns at its end, `full` with.

    `error_columns`: where a failed-rows.csv has them; `own_columns`: what else it has, without the
    nameless ones that a spreadsheet has added behind; `last_own`: the last of these with a name.
    `no_text`: the code of a row that has bytes which are no text.
    """

    fields: Mapping[int, str]
    width: int
    full: int
    error_columns: Sequence[int]
    own_columns: Collection[int]
    last_own: int
    no_text: str

    @property
    def is_ours(self) -> bool:
        """Whether the file is a failed-rows.csv, whose cells are safe in a spreadsheet."""
        return len(self.error_columns) == len(ERROR_COLUMNS)

    @property
    def has_secrets(self) -> bool:
        """Whether nothing of the file may be given back."""
        return not {"password", "password_hash"}.isdisjoint(self.fields.values())

    def shown(self, record: Record) -> list[str]:
        """A record's cells as failed-rows.csv shows them, without the error columns."""
        if record.cells is None:
            return [_guarded(record.text.rstrip("\r\n"))]
        if not self.is_ours:
            return [_guarded(cell) for cell in record.cells]
        if (farther := self._displaced_code(record.cells)) is not None:
            own = record.cells[: farther - ERROR_COLUMNS.index("error_code")]
        else:
            own = [record.cells[at] for at in self.own_columns if at < len(record.cells)]
            own += record.cells[self.full :]
        return [cell if cell.startswith("'") else _guarded(cell) for cell in own]

    def _unmended(self, cells: Sequence[str]) -> str:
        """The code of a returned row whose shape was wrong and still is.

        Spreadsheets make all rows equally long, so that this has to be told from its error cells.
        """
        if not self.is_ours:
            return ""
        if self._displaced_code(cells) is not None:
            return "too_many_columns"
        is_short = (
            cells[self._code_column].strip() == "too_few_columns"
            and not cells[self.last_own].strip()
        )
        return "too_few_columns" if is_short else ""

    @property
    def _code_column(self) -> int:
        return self.error_columns[ERROR_COLUMNS.index("error_code")]

    def _displaced_code(self, cells: Sequence[str]) -> int | None:
        """Where the code of a row with too many cells stands: right of its column."""
        places = range(self._code_column + 1, len(cells))
        return next((at for at in places if cells[at].strip() == "too_many_columns"), None)

    @staticmethod
    def field_of(cell: str, asked: Mapping[str, str | None]) -> str | None:
        """What a header stands for; what the uploader says goes before our own names."""
        key = _key(cell)
        wanted = {_key(name): field for name, field in asked.items()}
        if key in wanted:
            return wanted[key]
        usual = FIELDS.get(key)
        return None if usual in asked.values() else usual

    def person(self, record: Record) -> tuple[dict[str, str], rules.Fault | None]:
        """The trimmed cells by field, or what is wrong with the record's shape."""
        cells = record.cells
        if cells is None:
            return {}, ("", "invalid_quoting")
        if not record.is_sound_text:
            return {}, ("", self.no_text)
        if len(cells) < self.width:
            return {}, ("", "too_few_columns")
        if any(cell.strip() for cell in cells[self.full :]):
            return {}, ("", "too_many_columns")
        cells = [*cells, *[""] * (self.full - len(cells))]
        if code := self._unmended(cells):
            return {}, ("", code)
        return {
            field: rules.trimmed(field, self._as_sent(cells[position]))
            for position, field in self.fields.items()
        }, None

    def _as_sent(self, cell: str) -> str:
        """Without the quote that failed-rows.csv has put before a formula."""
        return cell[1:] if self.is_ours and _GUARDED.match(cell) else cell


def header_of(record: Record | None, asked: Mapping[str, str | None], encoding: str) -> Header:
    """The header in the first record of a file in this encoding."""
    if record is None or record.cells is None:
        raise FileRefusedError("missing_header")
    cells = record.cells
    if set(ERROR_COLUMNS) <= {_key(cell) for cell in cells}:
        cells = [cell[1:] if _GUARDED.match(cell) else cell for cell in cells]
    if not record.is_sound_text:
        raise FileRefusedError("undecodable")
    if "\0" in record.text:
        raise FileRefusedError("not_csv")
    if not {_key(name) for name in asked} <= {_key(cell) for cell in cells}:
        raise FileRefusedError("unknown_column")
    found = [(at, Header.field_of(cell, asked)) for at, cell in enumerate(cells)]
    fields = {at: field for at, field in found if field is not None}
    _require_email_once(cells, list(fields.values()))
    named = [at for at, cell in enumerate(cells) if cell.strip()]
    errors = [at for at in named if cells[at].strip() in ERROR_COLUMNS]
    before = max(errors, default=0)
    own = [at for at in range(len(cells)) if at not in errors and (at in named or at < before)]
    last_own = max(at for at in own if at in named)
    return Header(
        fields,
        width=last_own + 1 if len(errors) == len(ERROR_COLUMNS) else named[-1] + 1,
        full=len(cells),
        error_columns=errors,
        own_columns=own,
        last_own=last_own,
        no_text="invalid_utf8" if encoding.startswith("utf-8") else "undecodable",
    )


def _guarded(cell: str) -> str:
    return f"'{cell}" if _RISKY.match(cell) else cell


def _key(cell: str) -> str:
    return cell.strip().casefold()


def _require_email_once(cells: list[str], fields: list[str]) -> None:
    if len(set(fields)) < len(fields) or {"password", "password_hash"} <= set(fields):
        raise FileRefusedError("duplicate_header")
    if "email" not in fields:
        is_data = any("@" in cell for cell in cells)
        raise FileRefusedError("missing_header" if is_data else "missing_email_column")

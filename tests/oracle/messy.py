"""Random messy files like real ones; the same `Random` makes the same file."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random

from tests.oracle import attribute_cells, cells
from tests.oracle.attributes import Attributes
from tests.oracle.columns import Column, exported_columns, random_columns
from tests.oracle.existing import Row, existing_users
from tests.oracle.layout import Layout, layout
from tests.oracle.messy_attributes import fields_of, random_attributes
from tests.oracle.users import UPDATABLE, UserRow

_ABOVE_HEADER = (
    "version:v1.0", "#TYPE Selected.ADUser", "Users of 2024", "Exported by,ann@example.com",
    "Report:\tusers;active", "E-mail:,ann@example.com",
)  # fmt: skip
_BROKEN_FILES = (
    "a@x.com\nb@x.com\n", "Kontakt;Fax\na@x.com;1\n", "Report\nKontakt;Fax\na@x.com;1\n",
    "email,Email \na@x.com,b@x.com\n", "Login,Fax\nann,1\n", "Login,Fax\na@x.com,1\n",
    "", " \n\t\n", "name,phone\nAnn,1\n", "email,E-mail\na@x.com,b@x.com\n", "ann@x.com,Ann\n",
    'email,name\na@x.com,Ann\nb@x.com,"Bo\nc@x.com,Cy\n', '"email,name\na@x.com,Ann\n', "email\n",
    "email,na\0me\n", "password,email,password_hash\n", "sep=;\n", "email\n\n \n",
    "sep=;\nemail;name\n",
)  # fmt: skip
_MARKS = ("-", "n/a", "//", "leer", "supprim\u00e9", "supprime\u0301", "=", "'")
_NEVER_MARKED = ("email", "password", "password_hash")


@dataclass(frozen=True, kw_only=True)
class MessyFile:
    """A file, the options of its upload, and what exists before: users of it, and attributes."""

    data: bytes
    options: dict[str, str] = field(default_factory=dict)
    users: Sequence[UserRow] = ()
    attributes: Attributes = ()


def messy_file(
    rng: Random, *, rows: int = 60, padding: int = 0, exported: bool = False
) -> MessyFile:
    """Return a file of fewer than `rows` rows of random kinds.

    `padding`: the approximate number of characters in the cells of unknown columns. `exported`: the
    columns are those of other systems, where several of them make a field.
    """
    if rng.random() < 0.08:
        return MessyFile(data=rng.choice(_BROKEN_FILES).encode())
    file_layout = layout(rng)
    options = {"encoding": file_layout.encoding} if file_layout.encoding_option else {}
    attributes = random_attributes(rng)
    columns = random_columns(rng, options, attributes, secrets=not padding)
    if exported:
        columns = exported_columns(rng, columns)
    if padding:
        columns.append(Column("Observações", None))
    text = _Text(rng, file_layout, columns, attributes, padding)
    text.write_all(rng.randrange(rows))
    if file_layout.encoding == "windows-1252" and cells.BAD_BYTES in text.content():
        # Other encodings have letters for these bytes, so a small file could be read as another.
        options["encoding"] = file_layout.encoding
    if rng.random() < 0.1:
        options["delimiter"] = file_layout.delimiter
    if rng.random() < 0.1:
        options["must_change_password"] = "true"
    if attributes and rng.random() < 0.3:
        options["date_order"] = rng.choice(("dmy", "mdy"))
    options |= _matching(rng, [column.field for column in columns], attributes)
    options |= text.options
    return MessyFile(
        data=file_layout.to_bytes(text.content(), rng),
        options=options,
        users=existing_users(text.valid_rows, attributes, rng),
        attributes=attributes,
    )


def _matching(rng: Random, fields: Sequence[str | None], attributes: Attributes) -> dict[str, str]:
    """Return the options that decide which users a row finds and what it changes."""
    options: dict[str, str] = {}
    if rng.random() < (0.5 if "external_id" in fields else 0.02):
        options["match"] = "external_id"
    if rng.random() < 0.15:
        choices = [name for name in UPDATABLE if name != options.get("match", "email")]
        choices += fields_of(attributes)
        options["update"] = " ,".join(rng.sample(choices, rng.randint(1, 3)))
    return options


class _Text:
    """The file's text as it is written. `valid_rows`: the rows whose address may be valid."""

    def __init__(
        self,
        rng: Random,
        file_layout: Layout,
        columns: Sequence[Column],
        attributes: Attributes,
        padding: int,
    ) -> None:
        self.valid_rows: list[Row] = []
        self.options = {"clear_with": rng.choice(_MARKS)} if rng.random() < 0.4 else {}
        self._attributes = {one.field: one for one in attributes}
        self._padding = padding
        self._rng, self._layout, self._columns = rng, file_layout, columns
        self._pieces: list[str] = []
        if file_layout.separator_line:
            self._add(f"sep={file_layout.delimiter}")
        if rng.random() < 0.1:
            self._add(rng.choice((" ", file_layout.delimiter * 3, ",,;", "\x0c", '"",""')))
        if rng.random() < 0.1:
            self._add(rng.choice(_ABOVE_HEADER))
        self._write([column.header for column in columns], trailing=file_layout.trailing[0])

    def write_all(self, rows: int) -> None:
        """Write this number of rows."""
        kinds: list[Callable[[], None]] = [
            self.valid, self.duplicate, self.invalid, self.bad_bytes_in_cell,
            self.too_few_cells, self.too_many_cells, self.stray_quote, self.bad_bytes_line,
            self.blank, self.invalid_then_valid, self.quotes_behind_blanks, self.shifted,
            self.other_trailing,
        ]  # fmt: skip
        # A file is mostly valid and has its own typical errors.
        weights = [12, *(self._rng.choice((0, 0, 1, 2)) for _ in kinds[1:])]
        if self._rng.random() < 0.3:
            only = self._rng.randrange(len(kinds))
            weights = [12 if at == 0 else at == only for at in range(len(kinds))]
        for write in self._rng.choices(kinds, weights, k=rows):
            write()

    def content(self) -> str:
        """Return the text; half of the files end without a line ending."""
        text = "".join(self._pieces)
        return text.rstrip("\r\n") if self._rng.random() < 0.5 else text

    def valid(self) -> None:
        """Write a valid row."""
        self._write_row(self._valid_row())

    def duplicate(self) -> None:
        """Write a row with another spelling of an earlier address."""
        earlier = self._rng.choice(self.valid_rows) if self.valid_rows else self._valid_row()
        address = cells.respelled_email(earlier["email"], self._rng)
        self._write_row(self._valid_row() | {"email": address})

    def invalid(self) -> None:
        """Write a row with one or two invalid cells."""
        self._write_row(self._valid_row() | self._invalid_cells())

    def invalid_then_valid(self) -> None:
        """Write two rows for one address, of which the first is invalid."""
        row = self._valid_row()
        self._write_row(row | self._invalid_cells() | {"email": row["email"]})
        self._write_row(row)

    def bad_bytes_in_cell(self) -> None:
        """Write a row with invalid bytes in a cell."""
        row = self._valid_row()
        column = self._rng.choice(list(row))
        self._write_row(row | {column: f"{row[column]}{cells.BAD_BYTES}"})

    def bad_bytes_line(self) -> None:
        """Write a line of invalid bytes only."""
        self._add(cells.BAD_BYTES * 3)

    def too_few_cells(self) -> None:
        """Write a row with too few cells."""
        row = self._cells(self._valid_row())
        self._write(row[: self._rng.randrange(1, len(row) + 1)])

    def too_many_cells(self) -> None:
        """Write a row with too many cells, some of them empty."""
        surplus = [self._rng.choice(("", "", "x")) for _ in range(self._rng.randrange(1, 5))]
        self._write(self._cells(self._valid_row()) + surplus)

    def stray_quote(self) -> None:
        """Write a row with a misplaced quote."""
        end = self._layout.delimiter
        quoted = self._rng.choice(
            ('"a"b', 'a"b"', '"a" ', '"a\n"b', ' "a" b', f'a "b{end} c"', '5" a', f'5" a{end}6"')
        )
        self._add(end.join([quoted, *self._cells(self._valid_row())[1:]]))

    def quotes_behind_blanks(self) -> None:
        """Write a valid row with blanks around its quotes."""
        blanks = [blank for blank in ("", " ", "\t", "\xa0 ") if blank != self._layout.delimiter]
        quoted = ['"' + cell.replace('"', '""') + '"' for cell in self._cells(self._valid_row())]
        choice = self._rng.choice
        spaced = [f"{choice(blanks)}{cell}{choice(blanks)}" for cell in quoted]
        self._add(self._layout.delimiter.join(spaced + [""] * self._layout.trailing[1]))

    def shifted(self) -> None:
        """Write a row with one delimiter too many, whose last cell is empty."""
        row = self._cells(self._valid_row())
        row.insert(self._rng.randrange(len(row)), self._rng.choice(("", "Lee")))
        self._write([*row[:-1], ""], trailing=self._layout.trailing[1])

    def other_trailing(self) -> None:
        """Write a valid row with another number of delimiters at its end."""
        self._write(self._cells(self._valid_row()), trailing=self._rng.randrange(4))

    def blank(self) -> None:
        """Write a row that has only blanks, delimiters and empty quotes, or nothing."""
        end = self._layout.delimiter
        choices = ("", "", " ", "\t ", end * 2, "\xa0", f'""{end}""', f' {end}" "{end} ""')
        self._add(self._rng.choice(choices))

    def _valid_row(self) -> Row:
        fields = [column.field for column in self._columns if column.field]
        row = {field: self._valid_cell(field) for field in fields}
        self.valid_rows.append(row)
        return row

    def _invalid_cells(self) -> Row:
        fields = [column.field for column in self._columns if column.field]
        chosen = self._rng.sample(fields, min(len(fields), self._rng.choice((1, 1, 1, 2))))
        return {field: self._invalid_cell(field) for field in chosen}

    def _valid_cell(self, field: str) -> str:
        if self.options and field not in _NEVER_MARKED and self._rng.random() < 0.2:
            return self._rng.choice(("", " ")) + self.options["clear_with"]
        if field in self._attributes:
            return attribute_cells.valid_cell(self._attributes[field], self._rng)
        return cells.VALID[field](self._rng)

    def _invalid_cell(self, field: str) -> str:
        if field in self._attributes:
            return attribute_cells.invalid_cell(self._attributes[field], self._rng)
        return cells.INVALID[field](self._rng)

    def _cells(self, row: Row) -> list[str]:
        other = self._rng.choice(("", "true", "1", "x, y", "=1+1", "Vendas"))
        other += self._rng.choice(("ção", "long ")) * self._rng.randint(0, self._padding)
        return [row[c.field] if c.field else other for c in self._columns]

    def _write_row(self, row: Row) -> None:
        self._write(self._cells(row), trailing=self._layout.trailing[1])

    def _write(self, row: Sequence[str], *, trailing: int = 0) -> None:
        self._add(self._layout.line(row, trailing=trailing))

    def _add(self, line: str) -> None:
        self._pieces.append(line + self._layout.line_end(self._rng))

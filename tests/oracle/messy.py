"""Messy files as real ones are, each the same for the same `Random`."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random

from tests.oracle import cells
from tests.oracle.header import ERROR_COLUMNS
from tests.oracle.layout import Layout, layout
from tests.oracle.reference import Person
from tests.oracle.rules import trimmed
from users_uc.emails import normalise

_HEADERS = {
    "email": ("email", "E-mail", " EMAIL ", "e-mail"), "name": ("name", "Nome", "NAME\t"),
    "phone": ("phone", "Telefone"), "is_active": ("is_active", "Ativo", " ATIVO"),
    "password": ("password", "Senha"), "password_hash": ("password_hash",),
}  # fmt: skip
_OTHERS = ("Departamento", "Shoe size", "is_staff", "is_superuser", "can_import", "id", "groups",
           "Observação", "Quem\nindicou", "last, first", "import_id", "token_version",
           "-saldo")  # fmt: skip
_OWN_NAMES = {"email": "Contato", "name": "Quem é", "phone": "+Fone (cel.)", "is_active": "Estado"}
_SPOILED_FILES = (
    "", " \n\t\n", "name,phone\nAnn,1\n", "email,E-mail\na@x.com,b@x.com\n", "ann@x.com,Ann\n",
    'email,name\na@x.com,Ann\nb@x.com,"Bo\nc@x.com,Cy\n', '"email,name\na@x.com,Ann\n', "email\n",
    "email,na\0me\n", "password,email,password_hash\n", "sep=;\n", "email\n\n \n",
    "sep=;\nemail;name\n",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Messy:
    """`options`: what its upload says; `people`: who of it exists already."""

    data: bytes
    options: dict[str, str] = field(default_factory=dict)
    people: Sequence[Person] = ()


@dataclass(frozen=True)
class _Column:
    header: str
    field: str | None


def messy(chance: Random, *, rows: int = 60, padding: int = 0) -> Messy:
    """A file of about so many rows at most, with unknown columns of about so many characters."""
    if chance.random() < 0.05:
        return Messy(data=chance.choice(_SPOILED_FILES).encode())
    shape = layout(chance)
    options = {"encoding": shape.encoding} if shape.asked else {}
    columns = _columns(chance, options, secrets=not padding)
    if padding:
        columns.append(_Column("Observações", None))
    text = _Text(chance, shape, columns, padding)
    text.write_all(chance.randrange(rows))
    if chance.random() < 0.1:
        options["delimiter"] = shape.delimiter
    return Messy(
        data=shape.packed(text.done(), chance), options=options, people=_existing(text, chance)
    )


def _columns(chance: Random, options: dict[str, str], *, secrets: bool) -> list[_Column]:
    """In some order; those with names of their own go into the option `columns`.

    A file of thousands has no secrets: each password costs a hash.
    """
    secret = chance.choices(([], ["password"], ["password_hash"]), (12, secrets, secrets))[0]
    others = [name for name in ("name", "phone", "is_active") if chance.random() < 0.7]
    columns = [_Column(chance.choice(_HEADERS[f]), f) for f in ["email", *others, *secret]]
    unknown = chance.sample(_OTHERS, chance.choice((0, 0, 1, 3)))
    columns += [_Column(header, None) for header in unknown]
    if chance.random() < 0.15:
        mapped = chance.sample(sorted(_OWN_NAMES), 2)
        columns = [
            _Column(_OWN_NAMES[c.field], c.field) if c.field in mapped else c for c in columns
        ]
        named = {c.header.upper(): c.field for c in columns if c.header in _OWN_NAMES.values()}
        if "phone" not in others:  # a known name for something else
            columns.append(_Column("Telefone", None))
            named["telefone"] = None
        options["columns"] = json.dumps(named)
    chance.shuffle(columns)
    ours = ERROR_COLUMNS if chance.random() < 0.05 else ()
    return columns + [_Column(header, None) for header in ours]


type _Row = dict[str, str]


class _Text:
    """The file's text as it grows; `known`: the addresses in it that may be valid."""

    def __init__(
        self, chance: Random, shape: Layout, columns: Sequence[_Column], padding: int
    ) -> None:
        self.known: list[_Row] = []
        self._padding = padding
        self._chance, self._shape, self._columns = chance, shape, columns
        self._pieces: list[str] = []
        if shape.named:
            self._add(f"sep={shape.delimiter}")
        if chance.random() < 0.1:
            self._add(chance.choice((" ", shape.delimiter * 3, ",,;", "\x0c", '"",""')))
        self._write([column.header for column in columns], trailing=shape.trailing[0])

    def write_all(self, rows: int) -> None:
        """So many rows."""
        kinds: list[Callable[[], None]] = [
            self.good, self.again, self.wrong, self.spoiled, self.short, self.long,
            self.stray_quote, self.no_text, self.blank, self.wrong_then_right,
        ]  # fmt: skip
        # A file is mostly right, and has its own habits of being wrong.
        weights = [12, *(self._chance.choice((0, 0, 1, 2)) for _ in kinds[1:])]
        if self._chance.random() < 0.3:
            only = self._chance.randrange(len(kinds))
            weights = [12 if at == 0 else at == only for at in range(len(kinds))]
        for write in self._chance.choices(kinds, weights, k=rows):
            write()

    def done(self) -> str:
        """The text; every second file ends without a line end."""
        text = "".join(self._pieces)
        return text.rstrip("\r\n") if self._chance.random() < 0.5 else text

    def good(self) -> None:
        """A person."""
        self._write_row(self._person())

    def again(self) -> None:
        """Somebody who stands above, spelled in another way."""
        before = self._chance.choice(self.known) if self.known else self._person()
        address = cells.otherwise_spelled(before["email"], self._chance)
        self._write_row(self._person() | {"email": address})

    def wrong(self) -> None:
        """One or two cells that may not be."""
        self._write_row(self._person() | self._wrong_cells())

    def wrong_then_right(self) -> None:
        """The same person twice; the first time in vain."""
        person = self._person()
        self._write_row(person | self._wrong_cells() | {"email": person["email"]})
        self._write_row(person)

    def spoiled(self) -> None:
        """Bytes that are no text in a cell."""
        person = self._person()
        where = self._chance.choice(list(person))
        self._write_row(person | {where: f"{person[where]}{cells.BAD_BYTES}"})

    def no_text(self) -> None:
        """Bytes that are no text and nothing else."""
        self._add(cells.BAD_BYTES * 3)

    def short(self) -> None:
        """Too few cells."""
        row = self._cells(self._person())
        self._write(row[: self._chance.randrange(1, len(row) + 1)])

    def long(self) -> None:
        """Too many cells, some of them empty."""
        more = [self._chance.choice(("", "", "x")) for _ in range(self._chance.randrange(1, 5))]
        self._write(self._cells(self._person()) + more)

    def stray_quote(self) -> None:
        """A quote where none should be."""
        quoted = self._chance.choice(('"a"b', 'a"b"', '"a" ', '"a\n"b'))
        self._add(self._shape.delimiter.join([quoted, *self._cells(self._person())[1:]]))

    def blank(self) -> None:
        """Nothing, spaces, or only delimiters."""
        self._add(self._chance.choice(("", "", " ", "\t ", self._shape.delimiter * 2)))

    def _person(self) -> _Row:
        fields = [column.field for column in self._columns if column.field]
        person = {field: cells.RIGHT[field](self._chance) for field in fields}
        self.known.append(person)
        return person

    def _wrong_cells(self) -> _Row:
        fields = [column.field for column in self._columns if column.field]
        chosen = self._chance.sample(fields, min(len(fields), self._chance.choice((1, 1, 1, 2))))
        return {field: cells.WRONG[field](self._chance) for field in chosen}

    def _cells(self, row: _Row) -> list[str]:
        other = self._chance.choice(("", "true", "1", "x, y", "=1+1", "Vendas"))
        other += self._chance.choice(("ção", "long ")) * self._chance.randint(0, self._padding)
        return [row[c.field] if c.field else other for c in self._columns]

    def _write_row(self, row: _Row) -> None:
        self._write(self._cells(row), trailing=self._chance.randint(0, self._shape.trailing[1]))

    def _write(self, row: Sequence[str], *, trailing: int = 0) -> None:
        self._add(self._shape.line(row, trailing=trailing))

    def _add(self, line: str) -> None:
        self._pieces.append(line + self._shape.end(self._chance))


def _existing(text: _Text, chance: Random) -> list[Person]:
    """Some of the people in the file: as the file says, or other, or with privileges."""
    chosen = chance.sample(text.known, min(len(text.known), chance.choice((0, 0, 2, 10))))
    people = [_person_like(row, chance) for row in chosen]
    return list({person.email: person for person in people}.values())


def _person_like(row: _Row, chance: Random) -> Person:
    staff, superuser = chance.choices(((0, 0), (1, 0), (0, 1), (1, 1)), (8, 1, 1, 1))[0]
    name, phone = (trimmed(field, row.get(field, "")) for field in ("name", "phone"))
    same = chance.random() < 0.7
    return Person(
        email=normalise(row["email"]),
        name=name if same else "Before",
        phone=phone if same else "",
        is_active=chance.random() < 0.7,
        is_staff=bool(staff),
        is_superuser=bool(superuser),
        has_password=chance.random() < 0.3,
    )

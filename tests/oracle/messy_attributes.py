"""Random declarations of attributes, and their columns in messy files."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random
from unicodedata import normalize

from tests.oracle import attribute_cells
from tests.oracle.attributes import Attribute, Attributes, InvalidValueError, Values, size, value_of
from tests.oracle.rules import trimmed

type Columns = list[tuple[str, str]]
"""The headers of columns with their fields."""

_CHOICES = ("Sales", "Legal", "Straße", "Área", "a,b", 'say "x"', "=Ops", "-", "Größe L")
_POOL = (
    Attribute(name="department", type="choice", choices=_CHOICES, headers=("Abteilung", "Bereich"),
              labels=("Department", "Departamento")),
    Attribute(name="cost_center", type="text", headers=("Centre de coûts", "Kostenstelle:"),
              labels=("Cost centre", "")),
    Attribute(name="notes", type="text", headers=("Observação", "-saldo", "Dienst (intern)")),
    Attribute(name="staff_number", type="text", headers=("Employee ID", "Matrícula")),
    Attribute(name="username", type="text", labels=("User name", "Nome de usuário")),
    Attribute(name="floor", type="integer", headers=("Etage", "Andar [opcional]")),
    Attribute(name="seats", type="integer", labels=("", "Lugares")),
    Attribute(name="quota", type="decimal", headers=("Sollstunden", "Shoe size")),
    Attribute(name="remote", type="boolean", headers=("Home office", "Status")),
    Attribute(name="since", type="date", labels=("Employed since", "Admissão")),
    Attribute(name="birthday", type="date", headers=("Geburtstag", "Data de nascimento")),
)  # fmt: skip
_SEVERAL = Attribute(name="area", type="text", headers=("Bereich", "Etage"))
"""An attribute with headers of others."""
_ONE_SPELLING = Attribute(name="costcenter", type="text")
"""An attribute whose name is another spelling of another name."""
_KEPT_HEADERS = ("E-mail", "Senha", "Password", "email")
_CUSTOM_HEADER = "Spalte {}"


def random_attributes(rng: Random) -> Attributes:
    """Return no attribute, or some."""
    if rng.random() < 0.4:
        return ()
    some = rng.sample(_POOL, rng.choice((1, 2, 3, 3, 5)))
    some += [one for one in (_SEVERAL, _ONE_SPELLING) if rng.random() < 0.08]
    if rng.random() < 0.1:
        some[0] = replace(some[0], headers=(*some[0].headers, rng.choice(_KEPT_HEADERS)))
    return [replace(one, required=rng.random() < 0.12) for one in some]


def random_columns(rng: Random, attributes: Attributes, mapping: dict[str, str | None]) -> Columns:
    """Return the columns of most attributes, and map the custom headers of some to their fields."""
    columns: Columns = []
    for number, one in enumerate(attributes):
        chance = rng.random()
        if chance < 0.15 and not one.required:
            continue
        if chance > 0.9:
            header = _CUSTOM_HEADER.format(number)
            mapping[header.upper()] = one.field
            columns.append((header, one.field))
            continue
        columns.append((_header(rng, one), one.field))
        if chance > 0.88:
            columns.append((_header(rng, one), one.field))
    return columns


def _header(rng: Random, attribute: Attribute) -> str:
    known = [attribute.name, attribute.name, attribute.field, attribute.field]
    known += [header for header in (*attribute.labels, *attribute.headers) if header]
    header = rng.choice(known)
    spellings = (
        header, header, header.upper(), f" {header}\t", f"{header} *", f"{header} (optional)",
        normalize("NFD", header), f"\u200b{header}:",
        header.replace("_", rng.choice((" ", "-", ""))),
    )  # fmt: skip
    return rng.choice(spellings)


def random_values(rng: Random, attributes: Attributes, cells: dict[str, str]) -> Values:
    """Return values of a user who exists: those of the cells or others, and perhaps a large one."""
    values = {}
    for one in attributes:
        other = attribute_cells.valid_cell(one, rng)
        cell = rng.choice((cells.get(one.field, ""), other, other, ""))
        try:
            if cell := trimmed(one.field, cell):
                values[one.name] = value_of(one, cell)
        except InvalidValueError:
            continue
    if rng.random() < 0.2:  # a value of an attribute that is deleted
        values["old"] = "\u00e9" * rng.randrange(1900, 2030)
    return values if size(values) <= 4096 else {}


def fields_of(attributes: Sequence[Attribute]) -> list[str]:
    """Return the fields of the attributes."""
    return [one.field for one in attributes]

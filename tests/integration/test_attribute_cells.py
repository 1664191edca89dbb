"""Cells of declared attributes with characters that are easily overlooked."""

import pytest

from tests.imports import imported, outcome
from tests.integration.declared import attributes_of, declare, rejections
from users_uc.exported import EXPORT_COLUMNS

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def declared() -> None:
    """Declare an attribute of each type."""
    declare()


@pytest.mark.parametrize("cell", [" \u200b{}", "\u2003\ufeff{}\u200e\xa0", "\u200b {} \u200b"])
def test_invisible_characters_and_blanks_around_a_value_are_no_part_of_it(cell: str) -> None:
    cells = ",".join(cell.format(text) for text in ("Sales", "3", "yes", "x\u200by"))
    imported(f"email,department,floor,remote,notes\na@x.com,{cells}\n")
    assert attributes_of() == {
        "department": "Sales", "floor": 3, "remote": True, "notes": "x\u200by",
    }  # fmt: skip


def test_a_cell_of_invisible_characters_and_blanks_is_empty() -> None:
    assert outcome(imported("email,notes\na@x.com,\u2003\u200b \ufeff\n"))["created"] == 1
    assert attributes_of() == {}


@pytest.mark.parametrize("field", ["department", "floor", "quota", "remote", "since", "notes"])
@pytest.mark.parametrize("cell", ["\x1c{}", "{}\x1f", "\x1d"])
def test_a_control_character_is_no_white_space(field: str, cell: str) -> None:
    """Python's strip() would remove these four control characters, and the API does not."""
    value = {"department": "Sales", "remote": "1", "since": "2026-01-31"}.get(field, "3")
    job = imported(f"email,{field}\na@x.com,{cell.format(value)}\n")
    assert [row[1:3] for row in rejections(job)] == [(f"attributes.{field}", "invalid_attribute")]


@pytest.mark.parametrize("header", [["email"], list(EXPORT_COLUMNS)])
def test_a_long_decomposed_text_is_composed_and_not_cut(header: list[str]) -> None:
    job = imported(f"{','.join([*header, 'notes'])}\na@x.com{',' * len(header)}{'e\u0301' * 900}\n")
    assert outcome(job) == {"rows": 1, "created": 1}
    assert attributes_of() == {"notes": "é" * 900}

"""Which rows are people."""

from collections.abc import Sequence

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.checking.validate import check
from tasks.reading import rejections
from tasks.reading.header import understand
from tasks.reading.returned import ERROR_COLUMNS
from tasks.reading.spreadsheet import guard
from users_uc.emails import InvalidEmailError, normalise


def checked(
    cells: Sequence[Sequence[str]], header: Sequence[str] = ("email", "name", "phone", "is_active")
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """People and refusals of rows numbered from 1 that stand from line 2 on."""
    known = understand(header)
    rows = [(n, n + 1, *row) for n, row in enumerate(cells, start=1)]
    schema = {"record": pl.Int64, "line": pl.Int64} | dict.fromkeys(known.columns, pl.String)
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    return check(frame, known, weak_password=lambda password, email, name: password == "weak")


def test_a_person_is_trimmed_and_normalised() -> None:
    people, refused = checked([(" Ann@X.COM ", "  Ann Bee ", " 1 ", "Sim")])
    assert people.rows(named=True) == [
        {"record": 1, "line": 2, "email": "ann@x.com", "name": "Ann Bee", "phone": "1",
         "is_active": True}
    ]  # fmt: skip
    assert refused.is_empty()
    assert refused.schema == rejections.SCHEMA


@pytest.mark.parametrize(
    ("row", "column", "code", "detail", "value"),
    [
        (("", "A", "1", ""), "email", "missing_email", "", ""),
        (("  ", "A", "1", ""), "email", "missing_email", "", ""),
        (("ann", "A", "1", ""), "email", "invalid_email", "", "ann"),
        (("an\x00n@x.com", "A", "1", ""), "email", "nul_byte", "", "an\\x00n@x.com"),
        (("a@x.com", "A\x00", "1", ""), "name", "nul_byte", "", "A\\x00"),
        (("a@x.com", "A\x07", "1", ""), "name", "control_character", "", "A\x07"),
        (("a@x.com", "A", "1\x1b", ""), "phone", "control_character", "", "1\x1b"),
        (("a@x.com", "é" * 151, "1", ""), "name", "field_too_long", "150", "é" * 151),
        (("a@x.com", "A", "1" * 33, ""), "phone", "field_too_long", "32", "1" * 33),
        (("a" * 249 + "@x.com", "A", "1", ""), "email", "field_too_long", "254", "a" * 200),
        (("a@x.com", "A", "1", "maybe"), "is_active", "invalid_boolean", "", "maybe"),
    ],
)
def test_each_rule_names_the_column_and_shows_the_value(
    row: tuple[str, ...], column: str, code: str, detail: str, value: str
) -> None:
    people, refused = checked([row])
    assert people.is_empty()
    assert refused.rows() == [(1, 2, column, code, detail, value)]


@pytest.mark.parametrize("name", ["two\nlines", "tab\there", "form\ffeed", "\u2028", "a\x85b"])
def test_white_space_and_separators_inside_a_name_are_data(name: str) -> None:
    people, _ = checked([("a@x.com", name, "", "")])
    assert people["name"].to_list() == [name.strip()]


def test_limits_count_characters_and_include_the_last() -> None:
    people, refused = checked([("a@x.com", "é" * 150, "1" * 32, "")])
    assert people.height == 1
    assert refused.is_empty()


@pytest.mark.parametrize("text", ["true", "1", "YES", "sim", "Ativo", "WAHR", "Vrai"])
def test_words_for_active(text: str) -> None:
    assert checked([("a@x.com", "", "", text)])[0]["is_active"].to_list() == [True]


@pytest.mark.parametrize("text", ["false", "0", "No", "NÃO", "nao", "inativo", "FALSCH"])
def test_words_for_inactive(text: str) -> None:
    assert checked([("a@x.com", "", "", text)])[0]["is_active"].to_list() == [False]


def test_an_empty_cell_does_not_say_whether_somebody_is_active() -> None:
    assert checked([("a@x.com", "", "", " ")])[0]["is_active"].to_list() == [None]


def test_refusals_stand_in_the_order_of_the_file() -> None:
    _, refused = checked([("a@x.com", "", "1" * 40, ""), ("x", "", "", ""), ("", "", "", "")])
    assert refused["record"].to_list() == [1, 2, 3]


def test_a_file_may_have_e_mails_only() -> None:
    people, _ = checked([("a@x.com",)], header=["email"])
    assert people.columns == ["record", "line", "email"]


EMAIL = st.one_of(
    st.text(max_size=20),
    st.from_regex(r"[A-Za-zé._\-]{0,5}@?[A-Za-zü.\-]{0,6}\.?(com|xn--p1ai|br)?", fullmatch=True),
    st.emails(),
)


@given(st.lists(EMAIL, min_size=1, max_size=20))
def test_a_column_of_addresses_is_normalised_as_one_is(emails: list[str]) -> None:
    """Fails when the short way for plain addresses says anything else than the normaliser."""
    people, refused = checked([(email,) for email in emails], header=["email"])
    expected = {}
    for record, email in enumerate(emails, start=1):
        try:
            expected[record] = normalise(email.replace("\0", "")) if "\0" not in email else None
        except InvalidEmailError:
            expected[record] = None
    found = dict(people.select("record", "email").rows())
    assert found == {record: email for record, email in expected.items() if email}
    assert set(refused["record"]) == set(expected) - set(found)


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8))
def test_what_was_guarded_for_a_spreadsheet_is_taken_back(cell: str) -> None:
    """Fails when some cell comes back from failed-rows.csv with a quote more or less."""
    header = ["email", "name", *ERROR_COLUMNS]
    sent, _ = checked([("a@x.com", cell)], header=["email", "name"])
    returned, _ = checked([("a@x.com", guard(cell))], header=header)
    assert returned.rows() == sent.rows()


@pytest.mark.parametrize("cell", ["=1+1", "+55", "-1", "@x", "\tx", "\rx", "'=1"])
def test_cells_that_a_spreadsheet_would_run_are_guarded(cell: str) -> None:
    assert guard(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "Ann", "'quoted'", "1-2", " =1"])
def test_other_cells_are_not(cell: str) -> None:
    assert guard(cell) == cell

"""Checks of rows: users and rejections."""

from collections.abc import Sequence

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.checking.validate import Policy, check
from tasks.reading import rejections
from tasks.reading.header import parse_header
from tasks.reading.returned import ERROR_COLUMNS
from tasks.reading.spreadsheet import guard
from users_uc.emails import InvalidEmailError, normalise


def checked(
    cells: Sequence[Sequence[str]], header: Sequence[str] = ("email", "name", "phone", "is_active")
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return users and rejections of rows. The first row is record 1, in line 2."""
    known = parse_header(header)
    rows = [(n, n + 1, *row) for n, row in enumerate(cells, start=1)]
    schema = {"record": pl.Int64, "line": pl.Int64} | dict.fromkeys(known.columns, pl.String)
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    return check(
        frame,
        known,
        policy=Policy(weak_password=lambda password, email, name: password == "weak"),
        heartbeat=lambda: None,
    )


def test_cells_are_trimmed_and_normalised() -> None:
    users, rejected = checked([(" Ann@X.COM ", "  Ann Bee ", " 1 ", "Sim")])
    assert users.rows(named=True) == [
        {"record": 1, "line": 2, "email": "ann@x.com", "name": "Ann Bee", "phone": "1",
         "is_active": True}
    ]  # fmt: skip
    assert rejected.is_empty()
    assert rejected.schema == rejections.SCHEMA


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
    users, rejected = checked([row])
    assert users.is_empty()
    assert rejected.rows() == [(1, 2, column, code, detail, value)]


@pytest.mark.parametrize("tail", ["\0", "\x07", "é" * 1_000_000])
def test_the_length_comes_before_every_other_rule(tail: str) -> None:
    _, rejected = checked([("a@x.com", "n" * 200 + tail, "", "")])
    assert rejected["code"].to_list() == ["field_too_long"]


@pytest.mark.parametrize("name", ["two\nlines", "tab\there", "form\ffeed", "\u2028", "a\x85b"])
def test_white_space_and_separators_inside_a_name_are_data(name: str) -> None:
    users, _ = checked([("a@x.com", name, "", "")])
    assert users["name"].to_list() == [name.strip()]


def test_limits_count_characters_and_include_the_last() -> None:
    users, rejected = checked([("a@x.com", "é" * 150, "1" * 32, "")])
    assert users.height == 1
    assert rejected.is_empty()


@pytest.mark.parametrize(
    "text", ["true", "1", "YES", "sim", "Ativo", "WAHR", "Vrai", "\u200bsim\ufeff"]
)
def test_words_that_mean_active(text: str) -> None:
    assert checked([("a@x.com", "", "", text)])[0]["is_active"].to_list() == [True]


@pytest.mark.parametrize(
    "text",
    [
        "false",
        "0",
        "No",
        "NÃO",
        "nao",
        "inativo",
        "FALSCH",
        "na\u0303o",
        "NA\u0303O",
        "n\u00ado",
        '="0"',
    ],
)
def test_words_that_mean_inactive(text: str) -> None:
    assert checked([("a@x.com", "", "", text)])[0]["is_active"].to_list() == [False]


def test_an_empty_cell_leaves_is_active_open() -> None:
    assert checked([("a@x.com", "", "", " ")])[0]["is_active"].to_list() == [None]


def test_rejections_are_in_the_order_of_the_file() -> None:
    _, rejected = checked([("a@x.com", "", "1" * 40, ""), ("x", "", "", ""), ("", "", "", "")])
    assert rejected["record"].to_list() == [1, 2, 3]


def test_a_file_may_have_only_e_mail_addresses() -> None:
    users, _ = checked([("a@x.com",)], header=["email"])
    assert users.columns == ["record", "line", "email"]


EMAIL = st.one_of(
    st.text(max_size=20),
    st.from_regex(r"[A-Za-zé._\-]{0,5}@?[A-Za-zü.\-]{0,6}\.?(com|xn--p1ai|br)?", fullmatch=True),
    st.emails(),
)


@given(st.lists(EMAIL, min_size=1, max_size=20))
def test_a_column_of_e_mail_addresses_is_normalised_like_a_single_one(emails: list[str]) -> None:
    """Fails when the fast path for plain e-mail addresses disagrees with the normaliser."""
    users, rejected = checked([(email,) for email in emails], header=["email"])
    expected = {}
    for record, email in enumerate(emails, start=1):
        try:
            expected[record] = normalise(email.replace("\0", "")) if "\0" not in email else None
        except InvalidEmailError:
            expected[record] = None
    found = dict(users.select("record", "email").rows())
    assert found == {record: email for record, email in expected.items() if email}
    assert set(rejected["record"]) == set(expected) - set(found)


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8))
def test_the_guard_of_a_returned_cell_is_removed(cell: str) -> None:
    """Fails when a cell comes back from rejected-rows.csv with a quote too many or too few."""
    header = ["email", "name", *ERROR_COLUMNS]
    uploaded, _ = checked([("a@x.com", cell)], header=["email", "name"])
    returned, _ = checked([("a@x.com", guard(cell))], header=header)
    assert returned.rows() == uploaded.rows()


@pytest.mark.parametrize("cell", ["=1+1", "+55", "-1", "@x", "\tx", "\rx", "'=1"])
def test_cells_that_a_spreadsheet_would_run_are_guarded(cell: str) -> None:
    assert guard(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "Ann", "'quoted'", "1-2", " =1"])
def test_other_cells_are_not_guarded(cell: str) -> None:
    assert guard(cell) == cell


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        (["email"], [(f"ann@ü{number}.example",) for number in range(20)]),
        (["email", "password"], [(f"ann{number}@x.com", "secret") for number in range(20)]),
    ],
)
def test_each_slow_cell_is_preceded_by_a_heartbeat(
    header: list[str], cells: list[tuple[str, ...]]
) -> None:
    """Fails if a plan looks stalled while it checks a block of slow cells."""
    known = parse_header(header)
    columns = [
        pl.Series(name, column)
        for name, column in zip(header, zip(*cells, strict=True), strict=True)
    ]
    numbers = pl.Series("record", range(20)), pl.Series("line", range(20))
    beats: list[int] = []

    def beat() -> None:
        beats.append(1)
        if len(beats) == 5:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        check(
            pl.DataFrame([*numbers, *columns]), known,
            policy=Policy(weak_password=lambda *user: len(beats) > 4), heartbeat=beat,
        )  # fmt: skip

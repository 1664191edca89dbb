"""Fields that several columns make."""

import re

import polars as pl
import pytest

from tasks.checking.merging import merged


def merge(**cells: str) -> dict[str, str]:
    """Return the merged cells of one row. A column like `phone_2` is `phone 2`."""
    columns = {re.sub(r"_(\d+)$", r" \1", name): cell for name, cell in cells.items()}
    rows = pl.DataFrame({"record": 1, "line": 2} | columns)
    (row,) = merged(rows).drop("record", "line").to_dicts()
    return row


@pytest.mark.parametrize(
    ("first", "middle", "last", "name"),
    [
        ("Ann", "", "Lee", "Ann Lee"),
        ("Ann", "B.", "Lee", "Ann B. Lee"),
        ("Ann", "", "", "Ann"),
        ("", "", "Lee", "Lee"),
        ("", "", "", ""),
    ],
)
def test_the_parts_of_a_name_are_joined(first: str, middle: str, last: str, name: str) -> None:
    assert merge(last_name=last, middle_name=middle, first_name=first) == {"name": name}


def test_a_second_last_name_comes_last() -> None:
    """As in Spain and Mexico."""
    columns = {"second_last_name": "Ruiz", "first_name": "Ana", "last_name": "García"}
    assert merge(**columns) == {"name": "Ana García Ruiz"}


def test_one_part_is_a_name_too() -> None:
    assert merge(email="a@x.com", last_name="Lee") == {"email": "a@x.com", "name": "Lee"}
    assert merge(last_name="") == {"name": ""}


@pytest.mark.parametrize(("name", "expected"), [("Dr. Ann", "Dr. Ann"), ("", "Ann Lee")])
def test_a_whole_name_comes_before_its_parts(name: str, expected: str) -> None:
    assert merge(first_name="Ann", name=name, last_name="Lee") == {"name": expected}


@pytest.mark.parametrize(
    ("phones", "expected"), [(("1", "2", "3"), "1"), (("", "2", "3"), "2"), (("", "", ""), "")]
)
def test_the_first_phone_that_is_not_empty_is_taken(
    phones: tuple[str, str, str], expected: str
) -> None:
    first, second, tenth = phones
    assert merge(phone_10=tenth, phone_2=second, phone=first) == {"phone": expected}


@pytest.mark.parametrize(
    ("word", "expected"),
    [("No", "true"), ("0", "true"), ("YES", "false"), ("ja", "false"), ("", ""), ("x", "x")],
)
def test_a_column_of_inactive_users_is_turned_round(word: str, expected: str) -> None:
    assert merge(is_inactive=word) == {"is_active": expected}


@pytest.mark.parametrize(
    ("active", "suspended", "blocked", "expected"),
    [
        ("yes", "no", "no", "true"),
        ("yes", "no", "yes", "false"),
        ("yes", "yes", "no", "false"),
        ("no", "no", "no", "false"),
        ("no", "", "", "false"),
        ("", "no", "", "true"),
        ("Yes", "", "", "Yes"),
        ("", "", "", ""),
        ("yes", "since May", "no", "since May"),
        ("yes", "since May", "yes", "false"),
        ("maybe", "no", "no", "maybe"),
    ],
)
def test_a_user_is_active_if_no_column_says_otherwise(
    active: str, suspended: str, blocked: str, expected: str
) -> None:
    columns = {"is_inactive": suspended, "is_active": active, "is_inactive_2": blocked}
    assert merge(**columns) == {"is_active": expected}


def test_other_columns_stay_as_they_are() -> None:
    rows = pl.DataFrame({"record": [1], "line": [2], "email": ["a"], "name": ["b"], "phone": ["1"]})
    assert merged(rows) is rows


def test_a_merged_column_stands_where_its_first_column_stood() -> None:
    columns = merge(last_name="", is_inactive="", email="", first_name="", phone_2="", phone="")
    assert list(columns) == ["name", "is_active", "email", "phone"]

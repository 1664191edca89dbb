"""Merge of sorted runs, and duplicates within a file."""

from collections.abc import Iterator

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from tasks.planning.duplicates import Duplicates, Key, rejected_rows
from tasks.planning.merge_runs import merged
from tasks.reading import rejections

EMAIL = Key("email", "duplicate_in_file")

SCHEMA = {"record": pl.Int64, "line": pl.Int64, "email": pl.String}

# Few e-mail addresses, so that rows of one often continue in the next slice, run and frame.
EMAILS = st.lists(st.sampled_from(["a@x", "b@x", "ba@x", "c@x", "d@x", "zz@x"]), max_size=40)
SIZES = st.integers(1, 5)


def rows_with(emails: list[str]) -> pl.DataFrame:
    """Return rows with these e-mail addresses, with a blank line after each row."""
    rows = [(n, 2 * n, email) for n, email in enumerate(emails, start=1)]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def in_order(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.sort("email", "record")


def runs_of(rows: pl.DataFrame, run_size: int, slice_size: int) -> list[Iterator[pl.DataFrame]]:
    """Return the sorted runs of the rows, each of them in slices."""
    return [in_order(part).iter_slices(slice_size) for part in rows.iter_slices(run_size)]


@given(EMAILS, SIZES, SIZES)
def test_merged_runs_are_in_order_with_first_rows_before_their_duplicates(
    emails: list[str], run_size: int, slice_size: int
) -> None:
    rows = rows_with(emails)
    frames = list(merged(runs_of(rows, run_size * 3, slice_size), "email"))
    assert not any(frame.is_empty() for frame in frames)
    whole = pl.concat([rows.clear(), *frames])
    assert whole["email"].equals(in_order(rows)["email"])
    assert sorted(whole["record"]) == rows["record"].to_list()
    firsts = whole.unique("email", keep="first")
    assert firsts.sort("email").equals(rows.unique("email", keep="first").sort("email"))


def test_empty_runs_merge_to_nothing() -> None:
    assert list(merged([], "email")) == []
    assert list(merged([iter([]), iter([])], "email")) == []


def test_a_merge_reads_slices_only_when_it_needs_them() -> None:
    """Fails when all rows of one e-mail address are collected before any of them is passed on."""
    taken = 0

    def slices() -> Iterator[pl.DataFrame]:
        nonlocal taken
        for number in range(100):
            taken += 1
            yield pl.DataFrame([(number, number, "same@x")], schema=SCHEMA, orient="row")

    frames = merged([slices(), slices()], "email")
    for count in range(1, 50):
        next(frames)
        assert taken <= 2 * (count + 1)


@given(EMAILS, SIZES)
def test_the_first_row_counts_and_its_duplicates_name_its_line(
    emails: list[str], slice_size: int
) -> None:
    rows, duplicates = in_order(rows_with(emails)), Duplicates(EMAIL)
    split = [duplicates.split(part) for part in rows.iter_slices(slice_size)]
    firsts = pl.concat([rows.clear(), *(first for first, _ in split)])
    parts = [rejected_rows(repeated, EMAIL, show_values=True) for _, repeated in split]
    rejected = pl.concat([pl.DataFrame(schema=rejections.SCHEMA), *parts])
    seen: dict[str, int] = {}
    expected = []
    for record, line, email in rows_with(emails).iter_rows():
        if email in seen:
            rejection = (record, line, "email", "duplicate_in_file", str(seen[email]), email)
            expected.append(rejection)
        seen.setdefault(email, line)
    assert sorted(rejected.rows()) == expected
    assert dict(firsts.select("email", "line").iter_rows()) == seen
    assert firsts.height == len(seen)

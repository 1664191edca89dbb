"""Merging sorted runs, and finding who stands in a file twice."""

from collections.abc import Iterator

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from tasks.planning.duplicates import Duplicates
from tasks.planning.merge_runs import merged
from tasks.reading import rejections

SCHEMA = {"record": pl.Int64, "line": pl.Int64, "email": pl.String}

# Few different ones, so that an e-mail often goes on in the next piece, run and frame.
emails = st.lists(st.sampled_from(["a@x", "b@x", "ba@x", "c@x", "d@x", "zz@x"]), max_size=40)
sizes = st.integers(1, 5)


def people(addresses: list[str]) -> pl.DataFrame:
    """Records from 1 on; there is a blank line after each."""
    rows = [(n, 2 * n, address) for n, address in enumerate(addresses, start=1)]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def in_order(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.sort("email", "record")


def runs_of(rows: pl.DataFrame, run: int, piece: int) -> list[Iterator[pl.DataFrame]]:
    """Each run sorted, as the file's rows come."""
    return [in_order(part).iter_slices(piece) for part in rows.iter_slices(run)]


@given(emails, sizes, sizes)
def test_merged_runs_are_the_whole_in_order_the_first_of_each_e_mail_first(
    addresses: list[str], run: int, piece: int
) -> None:
    rows = people(addresses)
    frames = list(merged(runs_of(rows, run * 3, piece)))
    assert not any(frame.is_empty() for frame in frames)
    whole = pl.concat([rows.clear(), *frames])
    assert whole["email"].equals(in_order(rows)["email"])
    assert sorted(whole["record"]) == rows["record"].to_list()
    firsts = whole.unique("email", keep="first")
    assert firsts.sort("email").equals(rows.unique("email", keep="first").sort("email"))


def test_nothing_is_merged_to_nothing() -> None:
    assert list(merged([])) == []
    assert list(merged([iter([]), iter([])])) == []


def test_a_merge_holds_no_more_than_a_piece_of_each_run() -> None:
    """Fails when many rows of one e-mail are gathered before any of them goes on."""
    taken = 0

    def pieces() -> Iterator[pl.DataFrame]:
        nonlocal taken
        for number in range(100):
            taken += 1
            yield pl.DataFrame([(number, number, "same@x")], schema=SCHEMA, orient="row")

    frames = merged([pieces(), pieces()])
    for seen in range(1, 50):
        next(frames)
        assert taken <= 2 * (seen + 1)


@given(emails, sizes)
def test_the_first_record_counts_and_the_others_name_its_line(
    addresses: list[str], frame: int
) -> None:
    rows, repeats = in_order(people(addresses)), Duplicates(show_values=True)
    split = [repeats.split(part) for part in rows.iter_slices(frame)]
    firsts = pl.concat([rows.clear(), *(first for first, _ in split)])
    refused = pl.concat([pl.DataFrame(schema=rejections.SCHEMA), *(others for _, others in split)])
    seen: dict[str, int] = {}
    expected = []
    for record, line, email in people(addresses).iter_rows():
        if email in seen:
            refusal = (record, line, "email", "duplicate_in_file", str(seen[email]), email)
            expected.append(refusal)
        seen.setdefault(email, line)
    assert sorted(refused.rows()) == expected
    assert dict(firsts.select("email", "line").iter_rows()) == seen
    assert firsts.height == len(seen)

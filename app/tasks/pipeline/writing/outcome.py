"""What became of the people of a chunk."""

from collections import defaultdict
from collections.abc import Sequence
from typing import TypedDict

from tasks.pipeline.writing import skipped

type Outcomes = Sequence[tuple[int, str]]
"""Of each record, in ascending order: created, updated, unchanged or skipped."""


class Outcome(TypedDict, total=False):
    """A chunk's counts, and its packed lists of records that needed no writing."""

    created: int
    updated: int
    unchanged: int
    skipped: int
    unchanged_records: bytes
    skipped_records: bytes


def tally(outcomes: Outcomes) -> Outcome:
    """The outcomes counted."""
    records = defaultdict[str, list[int]](list)
    for record, outcome in outcomes:
        records[outcome].append(record)
    return Outcome(
        created=len(records["created"]),
        updated=len(records["updated"]),
        unchanged=len(records["unchanged"]),
        skipped=len(records["skipped"]),
        unchanged_records=skipped.pack(records["unchanged"]),
        skipped_records=skipped.pack(records["skipped"]),
    )

"""A chunk's people into the users table: by COPY, or by statements where some of them exist."""

import uuid
from collections.abc import Callable
from functools import partial

import polars as pl
from django.db import OperationalError

from tasks.pipeline.options import Mode
from tasks.pipeline.writing import newcomers
from tasks.pipeline.writing.copying import with_constant
from tasks.pipeline.writing.hashing import with_passwords
from tasks.pipeline.writing.merge import merge
from tasks.pipeline.writing.outcome import Outcome, Outcomes, records_of, tally
from tasks.pipeline.writing.upsert import upsert

_STATEMENTS = {"create": merge, "upsert": upsert}


def prepare(
    rows: pl.DataFrame, *, job_id: uuid.UUID, mode: Mode, show_life: Callable[[], None]
) -> Callable[[], Outcome]:
    """Do what takes long; what is returned does the rest, in its caller's transaction.

    `rows` as draft.py writes them.
    """
    people = with_passwords(rows.drop("line"), show_life=show_life)
    people = with_constant(people, "import_id", job_id)
    unhashed = _unhashed(people)
    if unhashed or not newcomers.are_likely(people):
        return partial(_by_statements, people, mode, unhashed)
    return partial(_write, people, mode, newcomers.prepare(people))


def _write(people: pl.DataFrame, mode: Mode, all_are_new: Callable[[], bool]) -> Outcome:
    if all_are_new():
        return Outcome(created=people.height)
    return _by_statements(people, mode, set())


def _by_statements(people: pl.DataFrame, mode: Mode, unhashed: set[int]) -> Outcome:
    outcomes = _STATEMENTS[mode](people)
    _require_known(unhashed, outcomes)
    return tally(outcomes)


def _unhashed(people: pl.DataFrame) -> set[int]:
    """Records of those whose password was not hashed because they exist."""
    if "password" not in people.columns:
        return set()
    return set(people.filter(pl.col("password").is_null())["record"])


def _require_known(unhashed: set[int], outcomes: Outcomes) -> None:
    """OperationalError, which has the chunk tried again, where one of them was deleted since."""
    if unhashed and not unhashed.isdisjoint(records_of("created", outcomes)):
        raise OperationalError("a person whose password was not hashed has been deleted meanwhile")

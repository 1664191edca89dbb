"""A chunk's people into the users table: by COPY, or by statements where some of them exist."""

import uuid
from collections.abc import Callable
from functools import partial

import polars as pl
from django.db import OperationalError

from core.postgres.copy import with_constant
from tasks.options import Options
from tasks.writing import newcomers
from tasks.writing.create import create
from tasks.writing.hashing import with_passwords
from tasks.writing.outcome import Outcome, Outcomes, records_of, tally, with_outcome
from tasks.writing.upsert import upsert
from users_uc.mail.invitations import invite

_STATEMENTS = {"create": create, "upsert": upsert}


def prepare(
    rows: pl.DataFrame, *, job_id: uuid.UUID, options: Options, heartbeat: Callable[[], None]
) -> Callable[[], Outcome]:
    """Do what takes long; what is returned does the rest, in its caller's transaction.

    `rows` as draft.py writes them.
    """
    people = with_passwords(rows.drop("line"), heartbeat=heartbeat)
    people = with_constant(people, "import_id", job_id)
    unhashed = _unhashed(people)
    if unhashed or not newcomers.are_likely(people):
        return partial(_by_statements, people, options, unhashed)
    return partial(_write, people, options, newcomers.prepare(people))


def _write(people: pl.DataFrame, options: Options, all_are_new: Callable[[], bool]) -> Outcome:
    if all_are_new():
        _invite(people, options)
        return Outcome(created=people.height)
    return _by_statements(people, options, set())


def _by_statements(people: pl.DataFrame, options: Options, unhashed: set[int]) -> Outcome:
    outcomes = _STATEMENTS[options.mode](people)
    _require_known(unhashed, outcomes)
    _invite(with_outcome("created", outcomes, people), options)
    return tally(outcomes)


def _invite(created: pl.DataFrame, options: Options) -> None:
    if options.invite and not created.is_empty():
        invite(created["email"].to_list(), language=options.language)


def _unhashed(people: pl.DataFrame) -> set[int]:
    """Records of those whose password was not hashed because they exist."""
    if "password" not in people.columns:
        return set()
    return set(people.filter(pl.col("password").is_null())["record"])


def _require_known(unhashed: set[int], outcomes: Outcomes) -> None:
    """OperationalError, which has the chunk tried again, where one of them was deleted since."""
    if unhashed and not unhashed.isdisjoint(records_of("created", outcomes)):
        raise OperationalError("a person whose password was not hashed has been deleted meanwhile")

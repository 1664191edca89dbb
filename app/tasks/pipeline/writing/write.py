"""A chunk's people into the users table: by COPY, or by statements where some of them exist."""

import uuid
from collections.abc import Callable
from functools import partial

import polars as pl
from django.db import IntegrityError, OperationalError, transaction

from tasks.pipeline.options import Mode
from tasks.pipeline.writing.copying import copy_buffer, copy_into, with_constant
from tasks.pipeline.writing.hashing import with_passwords
from tasks.pipeline.writing.merge import merge
from tasks.pipeline.writing.outcome import Outcome, Outcomes, tally
from tasks.pipeline.writing.staging import OF_NEW_PEOPLE
from tasks.pipeline.writing.upsert import upsert
from users_uc.models import User

_STATEMENTS = {"create": merge, "upsert": upsert}


def prepare(
    rows: pl.DataFrame, *, job_id: uuid.UUID, mode: Mode, show_life: Callable[[], None]
) -> Callable[[], Outcome]:
    """Do what takes long; what is returned does the rest, in its caller's transaction.

    `rows` as draft.py writes them.
    """
    people = with_passwords(rows.drop("line"), show_life=show_life)
    people = with_constant(people, "import_id", job_id)
    defaults = {name: value for name, value in OF_NEW_PEOPLE.items() if name in people.columns}
    new = people.drop("record").with_columns(
        pl.col(name).fill_null(value) for name, value in defaults.items()
    )
    return partial(_write, people, mode, new.columns, copy_buffer(new))


def _write(people: pl.DataFrame, mode: Mode, columns: list[str], buffer: bytes) -> Outcome:
    unhashed = _unhashed(people)
    if not unhashed and _copy(columns, buffer):
        return Outcome(created=people.height)
    outcomes = _STATEMENTS[mode](people)
    _require_known(unhashed, outcomes)
    return tally(outcomes)


def _copy(columns: list[str], buffer: bytes) -> bool:
    """Whether nobody of them existed; else nothing is written."""
    try:
        with transaction.atomic():
            copy_into(User._meta.db_table, columns, [buffer])
    except IntegrityError:
        return False
    return True


def _unhashed(people: pl.DataFrame) -> set[int]:
    """Records of those whose password was not hashed because they exist."""
    if "password" not in people.columns:
        return set()
    return set(people.filter(pl.col("password").is_null())["record"])


def _require_known(unhashed: set[int], outcomes: Outcomes) -> None:
    """OperationalError, which has the chunk tried again, where one of them was deleted since."""
    if any(outcome == "created" and record in unhashed for record, outcome in outcomes):
        raise OperationalError("a person whose password was not hashed has been deleted meanwhile")

"""People of whom nobody exists yet, by COPY."""

from collections.abc import Callable
from functools import partial

import polars as pl
from django.db import IntegrityError, transaction

from tasks.pipeline.writing.copying import copy_buffer, copy_into
from tasks.pipeline.writing.staging import OF_NEW_PEOPLE
from users_uc.models import User


def prepare(people: pl.DataFrame) -> Callable[[], bool]:
    """What is returned inserts them in its caller's transaction.

    It says whether nobody of them existed; else nothing is written.
    `people`: record, then the users' columns; see staging.OF_NEW_PEOPLE about nulls.
    """
    defaults = {name: value for name, value in OF_NEW_PEOPLE.items() if name in people.columns}
    new = people.drop("record").with_columns(
        pl.col(name).fill_null(value) for name, value in defaults.items()
    )
    return partial(_copy, new.columns, copy_buffer(new))


def _copy(columns: list[str], buffer: bytes) -> bool:
    try:
        with transaction.atomic():
            copy_into(User._meta.db_table, columns, [buffer])
    except IntegrityError:
        return False
    return True

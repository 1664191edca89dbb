"""Statements that write a chunk of which some users exist.

New users are inserted. With the mode upsert, existing users whom the file changes are updated. A
user who would not change is not locked.
"""

import uuid
from collections.abc import Iterator

import polars as pl
from django.db import IntegrityError, connection, transaction
from psycopg import sql

from tasks.options import Options
from tasks.writing import newcomers
from tasks.writing.comparison import PRIVILEGED, columns_of, compare, read_bigints
from tasks.writing.new_values import (
    Values,
    assigned,
    differs,
    invalidates,
    is_too_large,
    new_values,
    stays_inactive,
)
from tasks.writing.outcome import (
    SCHEMA,
    Outcomes,
    reject_incomplete,
    with_outcome,
    with_records,
    without_outcome,
)
from tasks.writing.staging import STAGED, USERS, for_existing, stage
from users_uc.models import revoke_logins

# The statement checks each user again as it locks them, so that it does not overwrite a change that
# a request or another import makes at the same time.
_UPDATE = """
    WITH updated AS (
        UPDATE {users} AS existing SET {changes} FROM {staged} AS changed
        WHERE existing.id = changed.id AND existing.{key} = changed.{key}
            AND NOT {privileged} AND ({stays_inactive}) IS NOT TRUE
            AND ({is_too_large}) IS NOT TRUE AND ({differs})
        RETURNING record
    )
    SELECT string_agg(int8send(record), '') FROM updated
"""
# Tokens stay invalid when a deactivated user becomes active again.
_REVOCATION = "token_version = existing.token_version + coalesce({invalidates}, false)::int"
_UNCONFIRMED = """
    verified_email = CASE WHEN {email} = existing.email THEN existing.verified_email ELSE '' END
"""
# One index lookup for each user, in the order of the staged rows. So two imports lock the same
# users in the same order: one waits for the other, and they do not deadlock.
_LOOK_UP_IN_ORDER = """
    SELECT set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true),
        set_config('enable_seqscan', 'off', true)
"""


def write_by_statements(users: pl.DataFrame, options: Options, job_id: uuid.UUID) -> Outcomes:
    """Insert and update users in the current transaction and return the outcomes.

    `users`: record, then columns of the users table; see staging.NEW_USER_DEFAULTS about nulls.
    """
    columns = columns_of(users, options)
    staged = for_existing(users, columns)
    stage(staged)
    compared = reject_incomplete(compare(options, columns), users)
    created = newcomers.insert(with_outcome("created", compared, users))
    updated = _update(staged, compared.filter(pl.col("outcome") == "updated"), options, job_id)
    kept = compared.filter(~pl.col("outcome").is_in(["created", "updated"])).select(*SCHEMA)
    done = pl.concat([kept, created, updated])
    # Users who were created, deleted or changed since the comparison are compared again.
    missed = without_outcome(done, users)
    if missed.is_empty():
        return done
    return pl.concat([done, write_by_statements(missed, options, job_id)])


def _update(
    staged: pl.DataFrame, compared: pl.DataFrame, options: Options, job_id: uuid.UUID
) -> Outcomes:
    """Update the users whom the comparison names, and return the outcomes of those updated."""
    if compared.is_empty():
        return pl.DataFrame(schema=SCHEMA)
    ids = compared.select("record", pl.col("user_id").alias("id"))
    users = staged.join(ids, on="record").select("record", "id", *staged.columns[1:])
    try:
        with transaction.atomic():
            updated = with_records(compared, _update_in_order(users, options, job_id))
    except IntegrityError:  # a parallel request has taken an e-mail address or an external id
        return pl.DataFrame(schema=SCHEMA)
    if revoked := updated.filter("revokes")["user_id"].to_list():
        revoke_logins(revoked)
    return updated.select(*SCHEMA)


def _update_in_order(users: pl.DataFrame, options: Options, job_id: uuid.UUID) -> pl.Series:
    """Update the users in the order of their ids, and return the updated records.

    That is nearly their order on disk. The users of one chunk are spread over the whole table.
    """
    stage(users.sort("id"))
    values = new_values("changed", users.columns, options)
    with connection.cursor() as cursor:
        cursor.execute(_LOOK_UP_IN_ORDER)
        cursor.execute(
            sql.SQL(_UPDATE).format(
                users=USERS,
                changes=sql.SQL(", ").join(_changes(values, job_id)),
                staged=STAGED,
                key=sql.Identifier(options.match),
                privileged=PRIVILEGED,
                stays_inactive=stays_inactive(values),
                is_too_large=is_too_large(values),
                differs=differs(values),
            )
        )
        return read_bigints(cursor.fetchone()[0] or b"")


def _changes(values: Values, job_id: uuid.UUID) -> Iterator[sql.Composed]:
    for column, value in values.items():
        yield assigned(column, value)
    yield sql.SQL("last_import_id = {}").format(sql.Literal(job_id))
    yield sql.SQL(_REVOCATION).format(invalidates=invalidates(values))
    if "email" in values:
        yield sql.SQL(_UNCONFIRMED).format(email=values["email"])

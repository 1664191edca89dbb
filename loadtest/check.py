"""The comparison of the database with the answers of the API."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from loadtest.confirmed import Confirmed, User
from loadtest.database import Database
from local.errors import LocalError
from local.waiting import wait_until

_TIMEOUT_SECONDS = 60
_COUNTS = ("rows", "created", "updated", "unchanged", "skipped", "failed", "not_loaded")

_USERS = "SELECT id, email, name FROM users_uc_user WHERE email LIKE '{}%' AND import_id IS NULL"
_JOBS = f"""
    SELECT job.id, job.status, {", ".join(f"job.{name}" for name in _COUNTS)}
    FROM tasks_importjob job JOIN users_uc_user owner ON owner.id = job.owner_id
    WHERE owner.email LIKE '{{}}%'
"""  # noqa: S608
_IMPORTED_USERS = """
    SELECT import_id, count(*) FROM users_uc_user
    WHERE email LIKE '{}%' AND import_id IS NOT NULL GROUP BY import_id
"""
_UNFINISHED = """
    SELECT 1 FROM tasks_importjob job JOIN users_uc_user owner ON owner.id = job.owner_id
    WHERE owner.email LIKE '{}%' AND job.finished_at IS NULL LIMIT 1
"""


@dataclass(frozen=True)
class Job:
    """An import in the database. `imported_users` is the number of users with its id."""

    status: str
    counts: dict[str, int]
    imported_users: int


@dataclass(frozen=True)
class DatabaseState:
    """The users and imports of a run in the database."""

    users: dict[str, User]
    jobs: dict[str, Job]


def read_database(database: Database, prefix: str) -> DatabaseState:
    """Read the users and imports after the last import has ended, or after a timeout of 60 s."""

    def all_ended() -> bool:
        return not database.rows(_UNFINISHED.format(prefix))

    with suppress(LocalError):
        wait_until(all_ended, timeout=_TIMEOUT_SECONDS, what="all imports must end", poll=0.5)
    users = {id_: User(*values) for id_, *values in database.rows(_USERS.format(prefix))}
    imported = dict(database.rows(_IMPORTED_USERS.format(prefix)))
    jobs = {}
    for id_, status, *counts in database.rows(_JOBS.format(prefix)):
        numbers = dict(zip(_COUNTS, (int(count or 0) for count in counts), strict=True))
        jobs[id_] = Job(status, numbers, int(imported.get(id_, 0)))
    return DatabaseState(users, jobs)


def differences(confirmed: Confirmed, state: DatabaseState) -> list[str]:
    """Return a line for each difference between the answers of the API and the database."""
    return [*_user_differences(confirmed, state), *_job_differences(confirmed, state)]


def _user_differences(confirmed: Confirmed, state: DatabaseState) -> Iterator[str]:
    for id_ in confirmed.deleted & state.users.keys():
        yield f"user {id_} was deleted, but still exists"
    for id_ in confirmed.created.keys() - confirmed.deleted - confirmed.uncertain:
        created = confirmed.created[id_]
        expected = User(created.email, confirmed.renamed.get(id_, created.name))
        if (actual := state.users.get(id_)) != expected:
            yield f"user {id_} should be {expected}, but is {actual}"


def _job_differences(confirmed: Confirmed, state: DatabaseState) -> Iterator[str]:
    for id_ in confirmed.uploads - state.jobs.keys():
        yield f"import {id_} was accepted, but does not exist"
    for id_, job in state.jobs.items():
        if job.status != "SUCCESS":
            yield f"import {id_} has the status {job.status} instead of SUCCESS"
            continue
        counts = job.counts
        if sum(counts[name] for name in _COUNTS[1:]) != counts["rows"]:
            yield f"import {id_}: the counts do not sum to the rows: {counts}"
        if job.imported_users != counts["created"]:
            yield (
                f"import {id_} has created {counts['created']} users,"
                f" but {job.imported_users} have its id"
            )
        answered = confirmed.results.get(id_)
        if answered is not None and answered != (counts["created"], counts["skipped"]):
            yield (
                f"import {id_}: the API answered created, skipped = {answered},"
                f" but the database has {counts}"
            )


def describe(confirmed: Confirmed, state: DatabaseState) -> str:
    """Return the numbers of compared users and files, in one line."""
    imported = sum(job.imported_users for job in state.jobs.values())
    return (
        f"{len(confirmed.created):,} users created, {len(confirmed.renamed):,} changed,"
        f" {len(confirmed.deleted):,} deleted, {len(confirmed.uploads):,} files with"
        f" {imported:,} new users imported"
    )

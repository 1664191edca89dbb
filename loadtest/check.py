"""Whether the database has what the API confirmed."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from loadtest.confirmed import Confirmed, Person
from loadtest.database import Database
from local.errors import LocalError
from local.waiting import wait_until

_PATIENCE_SECONDS = 60
_COUNTS = ("rows", "created", "updated", "unchanged", "skipped", "failed", "not_loaded")

_USERS = "SELECT id, email, name FROM users_uc_user WHERE email LIKE '{}%' AND import_id IS NULL"
_JOBS = f"""
    SELECT job.id, job.status, {", ".join(f"job.{name}" for name in _COUNTS)}
    FROM tasks_importjob job JOIN users_uc_user owner ON owner.id = job.owner_id
    WHERE owner.email LIKE '{{}}%'
"""  # noqa: S608
_PEOPLE = """
    SELECT import_id, count(*) FROM users_uc_user
    WHERE email LIKE '{}%' AND import_id IS NOT NULL GROUP BY import_id
"""
_UNFINISHED = """
    SELECT 1 FROM tasks_importjob job JOIN users_uc_user owner ON owner.id = job.owner_id
    WHERE owner.email LIKE '{}%' AND job.finished_at IS NULL LIMIT 1
"""


@dataclass(frozen=True)
class Job:
    """An import in the database; `people` are those that say they came by it."""

    status: str
    counts: dict[str, int]
    people: int


@dataclass(frozen=True)
class Stored:
    """What the database has of a run."""

    users: dict[str, Person]
    jobs: dict[str, Job]


def read_stored(database: Database, prefix: str) -> Stored:
    """After the run's last import has ended; one that does not end is told as it is."""

    def all_ended() -> bool:
        return not database.rows(_UNFINISHED.format(prefix))

    with suppress(LocalError):
        wait_until(all_ended, timeout=_PATIENCE_SECONDS, what="the imports", poll=0.5)
    users = {id_: Person(*person) for id_, *person in database.rows(_USERS.format(prefix))}
    people = dict(database.rows(_PEOPLE.format(prefix)))
    jobs = {}
    for id_, status, *counts in database.rows(_JOBS.format(prefix)):
        numbers = dict(zip(_COUNTS, (int(count or 0) for count in counts), strict=True))
        jobs[id_] = Job(status, numbers, int(people.get(id_, 0)))
    return Stored(users, jobs)


def differences(confirmed: Confirmed, stored: Stored) -> list[str]:
    """One line for each thing that was confirmed and is not so."""
    return [*_of_users(confirmed, stored), *_of_jobs(confirmed, stored)]


def _of_users(confirmed: Confirmed, stored: Stored) -> Iterator[str]:
    for id_ in confirmed.deleted & stored.users.keys():
        yield f"user {id_} was deleted, but is there"
    for id_ in confirmed.made.keys() - confirmed.deleted - confirmed.unsure:
        made = confirmed.made[id_]
        expected = Person(made.email, confirmed.renamed.get(id_, made.name))
        if (found := stored.users.get(id_)) != expected:
            yield f"user {id_} should be {expected}, but is {found}"


def _of_jobs(confirmed: Confirmed, stored: Stored) -> Iterator[str]:
    for id_ in confirmed.uploads - stored.jobs.keys():
        yield f"import {id_} was accepted, but is not there"
    for id_, job in stored.jobs.items():
        if job.status != "SUCCESS":
            yield f"import {id_} is {job.status}"
            continue
        counts = job.counts
        if sum(counts[name] for name in _COUNTS[1:]) != counts["rows"]:
            yield f"import {id_}: its counts do not sum to its rows: {counts}"
        if job.people != counts["created"]:
            yield f"import {id_} says created {counts['created']}, but {job.people} are there"
        answered = confirmed.results.get(id_)
        if answered is not None and answered != (counts["created"], counts["skipped"]):
            yield f"import {id_} was answered with created, skipped {answered}, but has {counts}"


def describe(confirmed: Confirmed, stored: Stored) -> str:
    """What was compared, in one line."""
    people = sum(job.people for job in stored.jobs.values())
    return (
        f"{len(confirmed.made):,} users made, {len(confirmed.renamed):,} changed,"
        f" {len(confirmed.deleted):,} deleted, {len(confirmed.uploads):,} files with"
        f" {people:,} people imported"
    )

"""Users who are created, changed or deleted elsewhere while a chunk is loaded."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from psycopg import Connection

from tasks.models import ImportJob
from tasks.options import Mode, Options
from tasks.writing import load
from tests.imports import outcome, planned_job, run
from tests.threads import other_connection, while_blocked_by
from users_uc.models import User

pytestmark = pytest.mark.django_db(transaction=True)

INSERT = """
    INSERT INTO users_uc_user (email, name, phone, is_staff) VALUES ('b@x.com', %s, '', %s)
"""


@pytest.fixture
def other() -> Iterator[Connection[Any]]:
    """Yield a connection with a transaction that runs beside the import."""
    with other_connection() as connection:
        yield connection


def load_behind(other: Connection[Any], job: ImportJob) -> dict[str, int]:
    """Load the chunk, commit `other` when the load waits for it, and return the job's outcome."""
    with while_blocked_by(other, lambda: load.load(job.id, 1)):
        pass
    return outcome(run(job))


@pytest.mark.parametrize(
    ("mode", "name", "is_staff", "expected"),
    [
        ("create", "Ben", False, "skipped"),
        ("upsert", "Other", False, "updated"),
        ("upsert", "Ben", False, "unchanged"),
        ("upsert", "Other", True, "skipped"),
    ],
)
@pytest.mark.parametrize("first_exists", [True, False])
def test_a_user_inserted_after_the_lookup_gets_the_right_outcome(
    mode: Mode, name: str, is_staff: bool, expected: str, first_exists: bool,
    other: Connection[Any],
) -> None:  # fmt: skip
    """Another transaction inserts user b and commits when the import waits for it.

    If user a exists, the INSERT statement waits and its snapshot lacks b; otherwise COPY waits.
    Fails if the outcome of a user who is not written comes from the snapshot.
    """
    if first_exists:
        User.objects.create_user("a@x.com", name="Ann")
    job = planned_job("email,name\na@x.com,Ann\nb@x.com,Ben\nc@x.com,Cem\n", Options(mode=mode))
    other.execute(INSERT, [name, is_staff])
    result = load_behind(other, job)
    ann = "created"
    if first_exists:
        ann = "skipped" if mode == "create" else "unchanged"
    assert result == {"rows": 3} | Counter([ann, expected, "created"])
    ben = User.objects.get(email="b@x.com")
    assert ben.name == ("Ben" if expected == "updated" else name)
    assert (ben.import_id, ben.is_staff) == (None, is_staff)


@pytest.mark.parametrize("mode", ["create", "upsert"])
def test_a_user_whose_concurrent_insert_is_rolled_back_is_created(
    mode: Mode, other: Connection[Any]
) -> None:
    User.objects.create_user("a@x.com", name="Ann")
    job = planned_job("email,name\na@x.com,Ann\nb@x.com,Ben\n", Options(mode=mode))
    other.execute(INSERT, ["Other", False])
    with while_blocked_by(other, lambda: load.load(job.id, 1)):
        other.rollback()
    assert outcome(run(job))["created"] == 1
    assert User.objects.get(email="b@x.com").import_id == job.id


@pytest.fixture
def job() -> ImportJob:
    """Return an upsert that renames Ben.

    Ann exists too, so that the import has left COPY before it comes to Ben.
    """
    User.objects.create_user("a@x.com", name="Ann")
    User.objects.create_user("b@x.com", name="Ben", phone="1")
    content = "email,name,phone,is_active\na@x.com,Ann,,\nb@x.com,Benno,,\n"
    return planned_job(content, Options(mode="upsert"))


def test_concurrent_changes_of_other_columns_are_kept(
    job: ImportJob, other: Connection[Any]
) -> None:
    """Fails if an empty is_active cell writes the value of when the statement began."""
    other.execute("UPDATE users_uc_user SET phone = '2', is_active = false WHERE name = 'Ben'")
    assert load_behind(other, job) == {"rows": 2, "unchanged": 1, "updated": 1}
    ben = User.objects.get(email="b@x.com")
    assert (ben.name, ben.phone, ben.is_active) == ("Benno", "2", False)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("name = 'Benno'", {"unchanged": 2}),
        ("is_staff = true", {"unchanged": 1, "skipped": 1}),
        ("is_superuser = true", {"unchanged": 1, "skipped": 1}),
    ],
)
def test_a_user_changed_before_the_write_is_compared_with_the_new_values(
    change: str, expected: dict[str, int], job: ImportJob, other: Connection[Any]
) -> None:
    """Fails if privileges are read from the snapshot only."""
    other.execute(f"UPDATE users_uc_user SET {change} WHERE name = 'Ben'")  # noqa: S608
    assert load_behind(other, job) == {"rows": 2} | expected


def test_a_user_who_deactivates_themselves_before_the_write_stays_inactive(
    other: Connection[Any],
) -> None:
    """Fails if an own deactivation is read from the snapshot only."""
    for email in ("a@x.com", "b@x.com"):
        User.objects.create_user(email)
    content = "email,name,is_active\na@x.com,Ann,yes\nb@x.com,Ben,yes\n"
    job = planned_job(content, Options(mode="upsert"))
    other.execute(
        "UPDATE users_uc_user SET is_active = false, deactivated_by_user = true"
        " WHERE email = 'b@x.com'"
    )
    assert load_behind(other, job) == {"rows": 2, "updated": 1, "skipped": 1}
    assert not User.objects.get(email="b@x.com").is_active


def test_a_user_deleted_before_the_write_is_created_again(
    job: ImportJob, other: Connection[Any]
) -> None:
    other.execute("DELETE FROM users_uc_user WHERE name = 'Ben'")
    assert load_behind(other, job) == {"rows": 2, "unchanged": 1, "created": 1}
    assert User.objects.get(email="b@x.com").import_id == job.id

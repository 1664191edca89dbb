"""Users who are deleted while their imports are planned or loaded."""

import pytest
from django.db import connection
from django.db.models import QuerySet
from rest_framework.test import APIClient

from tasks.lifecycle import attempts, retention, sweep
from tasks.models import ImportChunk, ImportJob
from tasks.planning import plan
from tests.conftest import PASSWORD
from tests.imports import emails, make_job, outcome, run
from tests.threads import run_concurrently
from users_uc.models import User

pytestmark = pytest.mark.django_db(transaction=True)
CONTENT = "email\na@x.com\nb@x.com\n"


def delete_oneself(client: APIClient) -> None:
    """Delete the client's user on another connection, which waits for locks as a web worker."""

    def delete() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '2s'")
        body = {"current_password": PASSWORD}
        return client.delete("/api/v1/users/me/", body).status_code

    assert run_concurrently(delete) == [204]


def test_a_deletion_does_not_wait_for_a_plan(
    as_bob: APIClient, as_alice: APIClient, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bob's other job, which nothing locks, loses its owner at once."""
    job, other = make_job(CONTENT, owner=bob), make_job(CONTENT, owner=bob)
    read, url = plan._read, f"/api/v1/imports/{job.id}/"

    def read_while_the_owner_is_deleted(*args: object) -> object:
        delete_oneself(as_bob)
        assert as_alice.get(url).status_code == 200
        return read(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(plan, "_read", read_while_the_owner_is_deleted)
    assert outcome(run(job)) == {"rows": 2, "created": 2}
    assert job.owner_id == bob.pk
    sweep.sweep_ended(job.id)
    assert {job.id, other.id} == set(
        ImportJob.objects.filter(owner=None).values_list("id", flat=True)
    )
    assert emails() == ["a@x.com", "alice@example.com", "b@x.com"]


def test_a_deletion_does_not_wait_for_a_loader(
    as_bob: APIClient, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = make_job(CONTENT, owner=bob)
    assert plan.plan(job.id)
    lock = attempts.lock

    def lock_and_delete_the_owner(work: QuerySet[ImportChunk]) -> ImportChunk | None:
        item = lock(work)
        if item and item.attempts == 1:
            monkeypatch.undo()
            delete_oneself(as_bob)
        return item

    monkeypatch.setattr(attempts, "lock", lock_and_delete_the_owner)
    assert outcome(run(job)) == {"rows": 2, "created": 2}
    assert job.owner is None


def test_a_job_keeps_an_existing_owner(bob: User) -> None:
    job = run(make_job(CONTENT, owner=bob))
    sweep.sweep_ended(job.id)
    retention._expire(job)
    job.refresh_from_db()
    assert (job.swept_at is None, job.owner) == (False, bob)

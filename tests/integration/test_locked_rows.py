"""Periodic tasks while another transaction holds one of their rows."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection, models
from django.utils import timezone

from tasks.intake import idempotency
from tasks.lifecycle import recover, retention, sweep
from tasks.models import IdempotencyKey, ImportChunk, ImportJob, ImportRowError
from tasks.writing import load
from tests.imports import imported, planned_job
from tests.threads import other_connection
from users_uc.mail import outbox
from users_uc.models import Mail, RefreshFamily, User
from users_uc.tasks import delete_expired_families
from users_uc.tokens.families import issue_pair

pytestmark = pytest.mark.django_db(transaction=True)

CONTENT = "email\nann@x.com\nbad\n"
LONG_AGO = timezone.now() - timedelta(days=400)


@contextmanager
def locked(row: models.Model) -> Iterator[None]:
    """Hold the row in another transaction; a statement that waits for it fails soon."""
    column, value = ("job_id", row.job_id) if isinstance(row, ImportRowError) else ("id", row.pk)
    with other_connection() as other, connection.cursor() as cursor:
        other.execute(
            f"SELECT FROM {row._meta.db_table} WHERE {column} = %s FOR UPDATE",
            [value],
        )
        cursor.execute("SET lock_timeout = '50ms'")
        yield


@pytest.mark.parametrize("model", [ImportJob, ImportChunk, ImportRowError])
def test_a_job_with_a_locked_row_expires_later(model: type[models.Model]) -> None:
    first, second = (imported(CONTENT) for _ in range(2))
    ImportJob.objects.update(finished_at=LONG_AGO)
    key = "id" if model is ImportJob else "job_id"
    with locked(model._default_manager.get(**{key: first.id})):
        retention.expire_old()
    assert [job.id for job in ImportJob.objects.exclude(expired_at=None)] == [second.id]
    retention.expire_old()
    assert not ImportJob.objects.filter(expired_at=None).exists()
    assert not ImportRowError.objects.exists()
    assert not ImportChunk.objects.exists()


def test_a_locked_job_is_swept_later() -> None:
    first, second = (imported(CONTENT) for _ in range(2))
    with locked(first):
        sweep.sweep()
        sweep.sweep_ended(first.id)
    assert [job.id for job in ImportJob.objects.exclude(swept_at=None)] == [second.id]
    sweep.sweep()
    assert not ImportJob.objects.filter(swept_at=None).exists()


def test_a_locked_job_is_finished_later() -> None:
    first, second = (planned_job(CONTENT) for _ in range(2))
    for job in (first, second):
        load.load(job.id, 1)
    with locked(first):
        assert recover.recover() == [second.id]
    assert recover.recover() == [first.id]


def old_keys(user: User) -> None:
    for key in ("a", "b"):
        job = imported(CONTENT, owner=user)
        idempotency.remember(job, key)
    IdempotencyKey.objects.update(created_at=LONG_AGO)


def old_families(user: User) -> None:
    for _ in range(2):
        issue_pair(user)
    RefreshFamily.objects.update(expires_at=LONG_AGO)


def old_mails(user: User) -> None:
    for _ in range(2):
        Mail.objects.create(kind=Mail.Kind.PASSWORD_RESET, user=user, sent_at=LONG_AGO)


@pytest.mark.parametrize(
    ("add", "delete", "model"),
    [
        (old_keys, idempotency.forget_old, IdempotencyKey),
        (old_families, delete_expired_families, RefreshFamily),
        (old_mails, outbox.delete_old, Mail),
    ],
)
def test_a_locked_old_row_is_deleted_later(
    bob: User,
    add: Callable[[User], None],
    delete: Callable[[], None],
    model: type[models.Model],
) -> None:
    add(bob)
    row = model._default_manager.order_by("pk")[0]
    with locked(row):
        delete()
        assert list(model._default_manager.all()) == [row]
    delete()
    assert not model._default_manager.exists()

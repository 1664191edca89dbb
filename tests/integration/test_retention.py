"""Expiry of old jobs and idempotency keys."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from tasks import files
from tasks.intake import idempotency
from tasks.lifecycle import retention
from tasks.models import IdempotencyKey, ImportChunk, ImportJob, ImportRowError
from tasks.tasks import run_sweep
from tests.imports import imported, make_job, outcome
from users_uc.models import User

pytestmark = pytest.mark.django_db

CONTENT = "email\nann@x.com\nbad\n"
COUNTS = {"rows": 2, "created": 1, "failed": 1}


def set_finished(job: ImportJob, *, ago: timedelta) -> None:
    ImportJob.objects.filter(id=job.id).update(finished_at=timezone.now() - ago)


def test_an_expired_job_keeps_only_its_totals(settings: Settings) -> None:
    job = imported(CONTENT)
    default_storage.save(f"{files.job_folder(job.id)}/plan/dead.arrow", ContentFile(b""))
    set_finished(job, ago=settings.IMPORT_RETENTION + timedelta(seconds=1))
    guess = {"values": ["José"], "alternatives": {}}
    ImportJob.objects.filter(id=job.id).update(encoding_guess=guess)
    retention.expire_old()
    assert not Path(default_storage.path(files.job_folder(job.id))).exists()
    assert not ImportRowError.objects.exists()
    assert not ImportChunk.objects.exists()
    job.refresh_from_db()
    assert job.expired_at is not None
    assert job.encoding_guess is None
    assert outcome(job) == COUNTS
    assert User.objects.get().import_id == job.id


def test_a_younger_job_keeps_everything(settings: Settings) -> None:
    settings.IMPORT_RETENTION = timedelta(days=2)
    job = imported(CONTENT)
    set_finished(job, ago=timedelta(days=2) - timedelta(minutes=1))
    retention.expire_old()
    assert default_storage.exists(job.file)
    assert ImportRowError.objects.count() == 1
    job.refresh_from_db()
    assert job.expired_at is None


def test_an_unfinished_job_keeps_everything(settings: Settings) -> None:
    settings.IMPORT_RETENTION = timedelta(0)
    job = make_job(CONTENT)
    retention.expire_old()
    assert default_storage.exists(job.file)


def test_the_time_of_expiry_does_not_change(settings: Settings) -> None:
    job = imported(CONTENT)
    set_finished(job, ago=settings.IMPORT_RETENTION * 2)
    retention.expire_old()
    job.refresh_from_db()
    first = job.expired_at
    retention.expire_old()
    job.refresh_from_db()
    assert job.expired_at == first


def test_missing_files_are_no_error(settings: Settings) -> None:
    job = imported(CONTENT)
    files.remove_tree(files.job_folder(job.id))
    set_finished(job, ago=settings.IMPORT_RETENTION * 2)
    retention.expire_old()
    job.refresh_from_db()
    assert job.expired_at is not None


def test_the_periodic_sweep_expires_jobs_and_deletes_old_idempotency_keys(
    settings: Settings, bob: User
) -> None:
    old, new = (imported(CONTENT, owner=bob) for _ in range(2))
    for job in (old, new):
        idempotency.remember(job, str(job.id))
    set_finished(old, ago=settings.IMPORT_RETENTION * 2)
    a_day_ago = timezone.now() - idempotency.LIFETIME
    IdempotencyKey.objects.filter(job=old).update(created_at=a_day_ago)
    run_sweep()
    assert [job.id for job in ImportJob.objects.exclude(expired_at=None)] == [old.id]
    assert [key.job for key in IdempotencyKey.objects.all()] == [new]


def test_row_errors_are_deleted_in_parts(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A statement that deletes millions of rows would exceed its timeout in each round."""
    monkeypatch.setattr(retention, "_RECORDS", 3)
    job = imported("email\n" + "bad\n" * 8)
    set_finished(job, ago=settings.IMPORT_RETENTION * 2)
    with CaptureQueriesContext(connection) as queries:
        retention.expire_old()
    deleted = [q for q in queries if q["sql"].startswith('DELETE FROM "tasks_importrowerror"')]
    assert len(deleted) == 3
    assert not job.row_errors.exists()

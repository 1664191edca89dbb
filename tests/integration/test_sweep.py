"""Removal of files that no job needs."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage
from django.utils import timezone
from pytest_django import Settings

from tasks import files
from tasks.lifecycle import sweep
from tasks.models import ImportJob
from tasks.planning import plan
from tests.imports import imported, make_job, stored_files

pytestmark = pytest.mark.django_db


def age(path: Path, *, hours: int) -> None:
    then = (timezone.now() - timedelta(hours=hours)).timestamp()
    os.utime(path, (then, then))


def test_a_finished_job_keeps_the_uploaded_file_and_the_index_of_its_rows() -> None:
    job = imported("email\na@x.com\n")
    default_storage.save(f"{files.job_folder(job.id)}/plan/dead.arrow", ContentFile(b""))
    sweep.sweep()
    assert stored_files(job) == ["index", "original.csv"]
    job.refresh_from_db()
    assert job.swept_at is not None


def test_a_job_whose_end_a_standby_may_not_know_keeps_everything_for_a_while(
    settings: Settings,
) -> None:
    settings.IMPORT_FILES_KEPT = timedelta(minutes=10)
    job = imported("email\na@x.com\n")
    for seconds, is_kept in ((0, True), (590, True), (610, False)):
        ImportJob.objects.update(finished_at=timezone.now() - timedelta(seconds=seconds))
        sweep.sweep_ended(job.id)
        sweep.sweep()
        assert default_storage.exists(job.chunks.get().file) == is_kept


def test_a_finished_job_without_files_is_swept() -> None:
    job = imported("email\na@x.com\n")
    files.remove_tree(files.job_folder(job.id))
    sweep.sweep()
    job.refresh_from_db()
    assert job.swept_at is not None


def test_a_running_job_keeps_everything() -> None:
    job = make_job("email\na@x.com\n")
    plan.plan(job.id)
    sweep.sweep()
    sweep.sweep_ended(job.id)
    assert default_storage.exists(job.chunks.get().file)


def mark_as_stored(job: ImportJob) -> Path:
    """Leave the marker of a web worker that died before it removed the marker."""
    name = default_storage.save(files.storing_marker(job.id), ContentFile(b""))
    return Path(default_storage.path(name))


def test_old_uploads_without_a_job_are_removed() -> None:
    job = ImportJob()
    name = default_storage.save(files.original_name(job.id), ContentFile(b"email\n"))
    marker = mark_as_stored(job)
    sweep.sweep()
    assert default_storage.exists(name)
    age(marker, hours=7)
    sweep.sweep()
    assert not default_storage.exists(f"imports/{job.id}")
    assert not marker.exists()


def test_an_upload_that_cannot_be_removed_is_removed_later(monkeypatch: pytest.MonkeyPatch) -> None:
    job = ImportJob()
    name = default_storage.save(files.original_name(job.id), ContentFile(b"email\n"))
    age(mark_as_stored(job), hours=7)

    def fail(_storage: FileSystemStorage, name: str) -> None:
        raise PermissionError(name)

    with monkeypatch.context() as patch:
        patch.setattr(FileSystemStorage, "delete", fail)
        sweep.sweep()
    assert default_storage.exists(name)
    sweep.sweep()
    assert not default_storage.exists(name)


def test_the_files_of_a_job_that_was_committed_are_kept() -> None:
    job = make_job("email\n")
    marker = mark_as_stored(job)
    age(marker, hours=7)
    sweep.sweep()
    assert default_storage.exists(job.file)
    assert not marker.exists()


def test_old_incomplete_uploads_are_removed() -> None:
    settings.INCOMING_DIR.mkdir(parents=True, exist_ok=True)
    old, new = settings.INCOMING_DIR / "old", settings.INCOMING_DIR / "new"
    for path in (old, new):
        path.write_bytes(b"email\n")
    age(old, hours=7)
    sweep.sweep()
    assert not old.exists()
    assert new.exists()
    new.unlink()


def test_a_missing_storage_folder_is_no_error(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "new"
    settings.INCOMING_DIR = tmp_path / "new/incoming"
    sweep.sweep()


def test_a_file_that_cannot_be_removed_does_not_stop_the_sweep(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    stuck, fine = make_job("email\n"), make_job("email\n")
    ImportJob.objects.update(finished_at=timezone.now(), has_secrets=True)
    delete = FileSystemStorage.delete

    def delete_or_fail(storage: FileSystemStorage, name: str) -> None:
        if name == stuck.file:
            raise PermissionError(name)
        delete(storage, name)

    with monkeypatch.context() as patch:
        patch.setattr(FileSystemStorage, "delete", delete_or_fail)
        sweep.sweep()
    assert f"{stuck.file} cannot be removed" in caplog.text
    assert default_storage.exists(stuck.file)
    assert not default_storage.exists(fine.file)
    sweep.sweep()
    assert not default_storage.exists(stuck.file)

"""Storing the file of an upload before its job is committed."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from django.core.files.storage import default_storage
from django.db import DatabaseError, OperationalError, connection
from django.utils import timezone

from tasks.files import storing_marker
from tasks.intake.incoming import IncomingFile
from tasks.intake.store import store
from tasks.lifecycle.sweep import ORPHAN_AGE, remove_orphans
from tasks.models import ImportJob
from tasks.options import Options
from users_uc.models import User

CONNECTION = {"host", "port", "dbname", "user", "password"}

pytestmark = pytest.mark.django_db(transaction=True)


def stored_jobs() -> set[str]:
    try:
        folders = default_storage.listdir("imports")[0]
    except FileNotFoundError:
        return set()
    return {name for name in folders if default_storage.listdir(f"imports/{name}")[1]}


def test_a_failed_insert_leaves_no_file(bob: User) -> None:
    before = stored_jobs()
    with IncomingFile("people.csv", "text/csv") as upload:
        upload.write(b"email\na@x.com\n")
        with pytest.raises(DatabaseError):
            store(upload, options=Options(max_errors="\0"), owner=bob)  # jsonb does not store a NUL
    assert stored_jobs() == before
    assert not ImportJob.objects.exists()


@contextmanager
def another_connection() -> Iterator[psycopg.Connection]:
    """Yield a connection that sees only committed data."""
    parameters = {k: v for k, v in connection.get_connection_params().items() if k in CONNECTION}
    with psycopg.connect(**parameters, autocommit=True) as other:
        yield other


def synced_path(descriptor: int) -> Path:
    return Path(f"/proc/self/fd/{descriptor}").readlink()


def test_the_file_is_on_disk_before_its_job_is_committed(
    bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a power failure, every committed job has its file: directory entries are synced too."""
    synced, fsync = list[Path](), os.fsync

    def record(descriptor: int) -> None:
        fsync(descriptor)
        if other.execute("SELECT FROM tasks_importjob").fetchone() is None:
            synced.append(synced_path(descriptor))

    with (
        another_connection() as other,
        IncomingFile("people.csv", "text/csv") as upload,
    ):
        upload.write(b"email\na@x.com\n")
        monkeypatch.setattr(os, "fsync", record)
        job, _ = store(upload, options=Options(), owner=bob)
    file, root = Path(default_storage.path(job.file)), Path(default_storage.path(""))
    assert file.read_bytes() == b"email\na@x.com\n"
    assert synced == [file, file.parent, root / "imports", root]


def test_a_file_that_cannot_be_synced_leaves_no_job(
    bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_descriptor: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    before = stored_jobs()
    with IncomingFile("people.csv", "text/csv") as upload:
        upload.write(b"email\na@x.com\n")
        monkeypatch.setattr(os, "fsync", fail)
        with pytest.raises(OSError, match="Input/output error"):
            store(upload, options=Options(), owner=bob)
    assert stored_jobs() == before
    assert not ImportJob.objects.exists()


def test_a_file_whose_commit_is_unknown_is_left_to_the_sweep(bob: User) -> None:
    """If a commit gets no answer, the job may exist. A job without its file would be lost."""
    before = stored_jobs()
    with another_connection() as other, other.transaction(), connection.cursor() as cursor:
        other.execute("SELECT FROM users_uc_user WHERE id = %s FOR UPDATE", [bob.pk])
        cursor.execute("SET lock_timeout = '50ms'")
        with IncomingFile("people.csv", "text/csv") as upload:
            upload.write(b"email\na@x.com\n")
            with pytest.raises(OperationalError):
                store(upload, options=Options(), owner=bob)
    connection.close()
    (job_folder,) = stored_jobs() - before
    long_ago = (timezone.now() - ORPHAN_AGE - timedelta(minutes=1)).timestamp()
    os.utime(default_storage.path(storing_marker(UUID(job_folder))), (long_ago, long_ago))
    remove_orphans()
    assert stored_jobs() == before

"""The snapshot of a backup, and the files that it keeps."""

import io
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import psycopg
import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from local.site import APP
from local.waiting import wait_until
from tasks.lifecycle import backup, retention, sweep
from tasks.models import ImportChunk, ImportJob
from tests.imports import imported, make_job, planned_job, run, stored_files

pytestmark = pytest.mark.django_db(transaction=True)

CSV = "email\nann@x.com\nbob@x\n"
ALL = ["chunk", "index", "original.csv"]


@contextmanager
def running_backup() -> Iterator[subprocess.Popen[str]]:
    """Run the command, which uses the database and the files of the test."""
    env = os.environ | {
        "DB_NAME": connection.settings_dict["NAME"],
        "MEDIA_ROOT": str(settings.MEDIA_ROOT),
    }
    with subprocess.Popen(
        [sys.executable, "manage.py", "hold_snapshot"], cwd=APP, env=env, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        yield process


def line_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    line = process.stdout.readline().rstrip("\n")
    assert line, "the command ended"
    return line


def files_of(process: subprocess.Popen[str]) -> list[str]:
    return sorted(iter(lambda: line_of(process), "end"))


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    _, errors = process.communicate(timeout=60)
    return process.returncode, errors


def open_transactions() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity "
            "WHERE state = 'idle in transaction' AND datname = current_database()"
        )
        return int(cursor.fetchone()[0])


def names_of(job: ImportJob, *, chunks: bool) -> list[str]:
    stored = ImportChunk.objects.filter(job=job)
    names = [job.file, *stored.values_list("index", flat=True)]
    return names + (list(stored.values_list("file", flat=True)) if chunks else [])


def test_files_stay_until_the_backup_ends() -> None:
    """The job ends after the snapshot, in which it has chunks to load."""
    job = planned_job(CSV)
    with running_backup() as process:
        snapshot = line_of(process)
        assert files_of(process) == sorted(names_of(job, chunks=True))
        run(job)
        old = timezone.now() - settings.IMPORT_RETENTION - timedelta(days=1)
        sweep.sweep_ended(job.id)
        sweep.sweep()
        assert stored_files(job) == ALL
        ImportJob.objects.update(finished_at=old)
        retention.expire_old()
        assert stored_files(job) == ALL
        with psycopg.connect(**connection.get_connection_params()) as other:
            other.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            other.execute(f"SET TRANSACTION SNAPSHOT '{snapshot}'")
            assert other.execute("SELECT status FROM tasks_importjob").fetchone() == ("PROGRESS",)
        assert ended(process) == (0, "")
    sweep.sweep()
    assert stored_files(job) == ["index", "original.csv"]
    retention.expire_old()
    assert not default_storage.exists(job.file)


def test_the_command_prints_the_snapshot_and_its_files(monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = make_job(CSV)
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n"))
    printed = io.StringIO()
    call_command("hold_snapshot", stdout=printed)
    snapshot, *names, end = printed.getvalue().splitlines()
    assert (names, end) == ([waiting.file], "end")
    with psycopg.connect(**connection.get_connection_params()) as other:
        other.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        with pytest.raises(psycopg.Error, match="snapshot"):  # the command has ended
            other.execute(f"SET TRANSACTION SNAPSHOT '{snapshot}'")


def test_the_snapshot_ends_before_the_files_may_go() -> None:
    with running_backup() as process:
        line_of(process)
        assert files_of(process) == []
        assert process.stdin
        process.stdin.write("\n")
        process.stdin.flush()
        wait_until(lambda: not open_transactions(), timeout=30, what="the snapshot must end")
        assert backup.is_running()
        assert ended(process) == (0, "")
    assert not backup.is_running()


def test_a_second_backup_is_refused() -> None:
    with running_backup() as first:
        line_of(first)
        with running_backup() as second:
            code, errors = ended(second)
        assert (code, errors) == (1, "CommandError: Another backup runs. Wait for its end.\n")
        assert ended(first) == (0, "")


def test_a_backup_that_is_killed_keeps_no_files() -> None:
    with running_backup() as process:
        line_of(process)
        assert backup.is_running()
        process.kill()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock_shared(hashtextextended('backup', 0))")
        cursor.execute("SELECT pg_advisory_unlock_all()")
    assert not backup.is_running()


def test_files_that_may_be_removed_are_not_named() -> None:
    waiting, kept = make_job(CSV), imported(CSV)
    secret = run(make_job("email,password\nann@x.com,blue lamp 17\n", has_secrets=True))
    old, expired = imported(CSV), imported(CSV)
    before = timezone.now() - settings.IMPORT_RETENTION - timedelta(days=1)
    ImportJob.objects.filter(id__in=[old.id, expired.id]).update(finished_at=before)
    ImportJob.objects.filter(id=expired.id).update(expired_at=timezone.now())
    indexes = names_of(secret, chunks=False)[1:]
    assert sorted(backup.files()) == sorted([waiting.file, *names_of(kept, chunks=False), *indexes])


def test_a_missing_file_is_named_and_does_not_stop_the_backup() -> None:
    missing, there = make_job(CSV), make_job(CSV)
    default_storage.delete(missing.file)
    with running_backup() as process:
        line_of(process)
        assert files_of(process) == [there.file]
        assert ended(process) == (0, f"The file {missing.file} is missing.\n")

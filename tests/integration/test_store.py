"""What is left of an upload that could not become a job."""

import os
from datetime import timedelta

import psycopg
import pytest
from django.core.files.storage import default_storage
from django.db import DatabaseError, OperationalError, connection
from django.utils import timezone

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


def test_a_job_that_the_database_refuses_leaves_no_file(bob: User) -> None:
    before = stored_jobs()
    with IncomingFile("people.csv", "text/csv") as upload:
        upload.write(b"email\na@x.com\n")
        with pytest.raises(DatabaseError):
            store(upload, options=Options(max_errors="\0"), owner=bob)  # which jsonb refuses
    assert stored_jobs() == before
    assert not ImportJob.objects.exists()


def test_a_file_whose_job_may_be_there_is_left_to_the_sweep(bob: User) -> None:
    """Of a commit without an answer nobody knows; a job without its file would be lost work."""
    before = stored_jobs()
    parameters = {k: v for k, v in connection.get_connection_params().items() if k in CONNECTION}
    with psycopg.connect(**parameters) as other, connection.cursor() as cursor:
        other.execute("SELECT FROM users_uc_user WHERE id = %s FOR UPDATE", [bob.pk])
        cursor.execute("SET lock_timeout = '50ms'")
        with IncomingFile("people.csv", "text/csv") as upload:
            upload.write(b"email\na@x.com\n")
            with pytest.raises(OperationalError):
                store(upload, options=Options(), owner=bob)
    connection.close()
    (left,) = stored_jobs() - before
    long_ago = (timezone.now() - ORPHAN_AGE - timedelta(minutes=1)).timestamp()
    os.utime(default_storage.path(f"imports/{left}"), (long_ago, long_ago))
    remove_orphans()
    assert stored_jobs() == before

"""What is left of an upload that could not become a job."""

import pytest
from django.core.files.storage import default_storage
from django.db import DatabaseError

from tasks.models import ImportJob
from tasks.pipeline.incoming import IncomingFile
from tasks.pipeline.options import Options
from tasks.pipeline.store import store
from users_uc.models import User

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
            store(upload, options=Options(columns={"\0": None}), owner=bob)  # which jsonb refuses
    assert stored_jobs() == before
    assert not ImportJob.objects.exists()

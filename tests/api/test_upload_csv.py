"""POST imports/: accepted files and their jobs."""

import hashlib
import time
from collections.abc import Callable

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from rest_framework.test import APIClient

from tasks.models import ImportJob
from users_uc.models import User

URL = "/api/v1/imports/"
CsvFile = Callable[..., SimpleUploadedFile]
CSV = "email;Nome;shoe size\nann@x.com;Ann;38\n"


def send(client: APIClient, file: object, **options: str) -> HttpResponse:
    """Upload a file with options."""
    return client.post(URL, {"file": file, **options}, format="multipart")


def test_an_accepted_upload_gets_the_url_of_its_status(
    as_bob: APIClient, csv_file: CsvFile
) -> None:
    answer = as_bob.post(URL, {"file": csv_file("email\nann@x.com\n")}, format="multipart")
    assert answer.status_code == 202
    job = ImportJob.objects.get()
    body = answer.json()
    status_url = f"http://testserver/api/v1/imports/{job.id}/"
    assert body == {"task_id": str(job.id), "status": "PENDING", "status_url": status_url}
    assert (answer["Location"], answer["Retry-After"]) == (status_url, "1")


def test_the_job_describes_its_file(as_bob: APIClient, bob: User, csv_file: CsvFile) -> None:
    answer = send(as_bob, csv_file(CSV, name="people 2026.csv"))
    job = ImportJob.objects.get()
    assert job.owner == bob
    assert (job.file_name, job.file_size) == ("people 2026.csv", len(CSV))
    assert job.sha256 == hashlib.sha256(CSV.encode()).hexdigest()
    assert (job.encoding, job.delimiter, job.header_line) == ("utf-8", ";", 1)
    assert job.ignored_columns == ["shoe size"]
    assert job.trace_id == answer["X-Trace-Id"]
    with default_storage.open(job.file) as stored:
        assert stored.read() == CSV.encode()


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("../../etc/people.csv", "people.csv"),
        ("..\\people.csv", "people.csv"),
        ("/etc/passwd", "passwd"),
        ("péople\x1b\n.csv", "péople.csv"),
        ("<b>.csv", "<b>.csv"),
    ],
)
def test_a_path_is_removed_from_the_file_name(as_bob: APIClient, sent: str, expected: str) -> None:
    part = f'Content-Disposition: form-data; name="file"; filename="{sent}"'
    body = f"--b\r\n{part}\r\n\r\n{CSV}\r\n--b--\r\n"
    answer = as_bob.generic("POST", URL, body, "multipart/form-data; boundary=b")
    assert answer.status_code == 202
    job = ImportJob.objects.get()
    assert job.file_name == expected
    assert job.file == f"imports/{job.id}/original.csv"


def test_no_incoming_file_is_left(as_bob: APIClient, csv_file: CsvFile) -> None:
    send(as_bob, csv_file(CSV))
    send(as_bob, csv_file("name\n"))
    assert list(settings.INCOMING_DIR.iterdir()) == []


@pytest.mark.usefixtures("broker_unavailable")
def test_is_accepted_at_once_when_redis_is_unavailable(
    as_bob: APIClient, csv_file: CsvFile
) -> None:
    start = time.monotonic()
    answer = send(as_bob, csv_file(CSV))
    assert time.monotonic() - start < 1
    assert answer.status_code == 202
    assert ImportJob.objects.get().status == "PENDING"

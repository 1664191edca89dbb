"""POST contacts/upload-csv/."""

from collections.abc import Callable

from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from tasks.models import ImportJob

URL = "/api/contacts/upload-csv/"
CsvFile = Callable[..., SimpleUploadedFile]


def test_is_accepted_with_the_address_of_its_status(as_bob: APIClient, csv_file: CsvFile) -> None:
    answer = as_bob.post(URL, {"file": csv_file("email\nann@x.com\n")}, format="multipart")
    assert answer.status_code == 202
    job = ImportJob.objects.get()
    body = answer.json()
    assert body["task_id"] == str(job.id)
    assert body["status"] == "PENDING"
    assert answer["Location"] == body["status_url"]
    assert body["status_url"].endswith(f"/api/contacts/task-status/{job.id}/")

"""POST imports/: workbooks that only the plan reads."""

from collections.abc import Callable

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings
from rest_framework.test import APIClient

from core.server import slow_work
from tasks.files import job_folder
from tasks.intake import small_workbook
from tasks.models import ImportJob
from tests.api.test_upload_workbook import IMPORTED, URL, status, stored_users
from tests.imports import outcome, run
from tests.workbooks import CORNERS, MEMBERS, xlsx

pytestmark = pytest.mark.usefixtures("no_file_is_left")
CsvFile = Callable[..., SimpleUploadedFile]
Imported = Callable[..., ImportJob]


@pytest.fixture
def unread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have intake leave every workbook to the plan."""
    monkeypatch.setattr(small_workbook, "_MAX_SIZE", 0)


@pytest.mark.usefixtures("unread")
def test_a_large_workbook_is_read_by_the_plan(
    as_bob: APIClient, csv_file: CsvFile, imported: Imported
) -> None:
    as_bob.post(URL, {"file": csv_file(xlsx(MEMBERS))}, format="multipart")
    job = ImportJob.objects.get()
    file = status(as_bob, job)["file"]
    assert (file["csv_size"], file["sheet"], file["header_line"]) == (None, None, None)
    assert file["format"] == "xlsx"
    run(job)
    assert outcome(job) == {"rows": 3, "created": 2, "failed": 1}
    assert stored_users() == IMPORTED
    assert (job.sheet, job.header_line, job.has_secrets) == ("Sheet1", 3, False)
    with default_storage.open(job.sheet_file) as text:
        assert job.csv_size == len(text.read())
    assert as_bob.get(f"/api/v1/imports/{job.id}/rejected-rows.csv").status_code == 200


@pytest.mark.usefixtures("unread")
@pytest.mark.parametrize(
    ("content", "code"),
    [
        (CORNERS, "not_csv"),
        (xlsx([["Name"], ["Ann"]]), "missing_email_column"),
        (xlsx(), "empty_file"),
    ],
    ids=range(3),
)
def test_an_error_in_a_large_workbook_fails_its_import(
    as_bob: APIClient, imported: Imported, content: bytes, code: str
) -> None:
    job = imported(as_bob, content)
    assert (job.status, job.error_code) == ("FAILURE", code)
    answer = as_bob.get(f"/api/v1/imports/{job.id}/rejected-rows.csv")
    assert answer.status_code == 410


def test_a_workbook_waits_for_the_plan_while_other_requests_are_slow(
    as_bob: APIClient, csv_file: CsvFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slow_work.PLACES, "acquire", lambda *, blocking: False)
    answer = as_bob.post(URL, {"file": csv_file(xlsx([["Name"]]))}, format="multipart")
    assert answer.status_code == 202
    assert ImportJob.objects.get().csv_size == 0


def test_a_sheet_with_much_text_is_left_to_the_plan(
    as_bob: APIClient, csv_file: CsvFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Texts that many cells share make a small workbook, and a large sheet."""
    monkeypatch.setattr(small_workbook, "_MAX_SIZE", 100_000)
    rows = [["email", "note"], *([f"u{number}@x.com", "n" * 10_000] for number in range(20))]
    answer = as_bob.post(URL, {"file": csv_file(xlsx(rows))}, format="multipart")
    assert answer.status_code == 202
    assert run(ImportJob.objects.get()).created == 20


def test_a_bomb_is_left_to_the_plan(as_bob: APIClient, imported: Imported) -> None:
    job = imported(as_bob, CORNERS)
    assert job.error_code == "not_csv"
    assert "too many cells" in status(as_bob, job)["error"]["message"]


@pytest.mark.usefixtures("unread")
def test_a_sheet_with_more_text_than_a_file_may_have_is_too_large(
    as_bob: APIClient, imported: Imported, settings: Settings
) -> None:
    content = xlsx([["email", "note"], *([f"u{number}@x.com", "n" * 1000] for number in range(99))])
    settings.MAX_UPLOAD_SIZE = 50_000
    assert len(content) < settings.MAX_UPLOAD_SIZE
    job = imported(as_bob, content)
    assert (job.status, job.error_code) == ("FAILURE", "too_large")
    assert default_storage.listdir(job_folder(job.id))[1] == ["original.csv"]

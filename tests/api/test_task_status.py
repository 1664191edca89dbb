"""GET imports/{task_id}/: the document in each phase."""

import hashlib
from collections.abc import Callable

import pytest
from django.core.files.storage import default_storage
from pytest_django import Settings
from rest_framework.test import APIClient

from tasks.models import ImportJob
from tasks.options import Options
from tasks.planning import plan
from tasks.writing import load
from tests.imports import make_job, run
from users_uc.models import User

Imported = Callable[[APIClient, str | bytes], ImportJob]
CSV = "email,name,shoe\nann@x.com,Ann,38\nbad,Bad,39\nzoe@x.com,Zoe,40\n"
NO_COUNTS = dict.fromkeys(("created", "updated", "unchanged", "skipped", "failed", "not_loaded"), 0)


def url(job: ImportJob) -> str:
    """Return the URL of the job."""
    return f"/api/v1/imports/{job.id}/"


def test_the_status_of_a_waiting_job(as_bob: APIClient, bob: User) -> None:
    job = make_job(CSV, owner=bob)
    answer = as_bob.get(url(job))
    assert answer.status_code == 200
    assert answer["Retry-After"] == "1"
    document = answer.json()
    assert document["status"] == "PENDING"
    assert document["progress"] == {
        "phase": "queued",
        "rows_total": None,
        "rows_done": 0,
        "percent": None,
        "rows_per_second": None,
        "eta_seconds": None,
    }
    nothing_yet = ("result", "error", "started_at", "finished_at")
    assert [document[name] for name in nothing_yet] == [None] * 4
    assert (document["errors"], document["attempts"]) == ([], 0)
    assert document["links"]["cancel"] == f"http://testserver{url(job)}cancel/"


def test_the_status_describes_the_upload(as_bob: APIClient, imported: Imported) -> None:
    job = imported(as_bob, CSV)
    document = as_bob.get(url(job)).json()
    assert document["task_id"] == str(job.id)
    assert document["file"] == {
        "name": "people.csv",
        "size": len(CSV),
        "csv_size": len(CSV),
        "format": "csv",
        "compression": None,
        "sha256": hashlib.sha256(CSV.encode()).hexdigest(),
        "encoding": "utf-8",
        "delimiter": ",",
        "header_line": 1,
        "sheet": None,
    }
    assert document["options"] == Options().as_json()
    assert document["ignored_columns"] == ["shoe"]
    assert document["trace_id"] == job.trace_id
    own = f"http://testserver{url(job)}"
    assert document["links"] == {
        "self": own,
        "errors": f"{own}rows/",
        "failed_rows": f"{own}rejected-rows.csv",
        "results": f"{own}results.csv",
    }
    times = [document[name] for name in ("created_at", "started_at", "finished_at")]
    assert times == sorted(times)
    assert all(time.endswith("Z") for time in times)


def test_the_status_of_a_loading_job(as_bob: APIClient, bob: User, settings: Settings) -> None:
    settings.IMPORT_CHUNK_ROWS = 1
    job = make_job(CSV, owner=bob)
    plan.plan(job.id)
    load.load(job.id, 1)
    answer = as_bob.get(url(job))
    assert answer["Retry-After"] == "1"
    progress = answer.json()["progress"]
    assert (progress["phase"], progress["rows_total"], progress["rows_done"]) == ("loading", 3, 2)
    assert progress["percent"] == 66.6
    assert progress["rows_per_second"] > 0
    assert progress["eta_seconds"] >= 0
    assert answer.json()["result"] is None


def test_the_status_of_a_finished_job(as_bob: APIClient, imported: Imported) -> None:
    User.objects.create_user("zoe@x.com")
    answer = as_bob.get(url(imported(as_bob, CSV)))
    assert "Retry-After" not in answer
    document = answer.json()
    assert document["status"] == "SUCCESS"
    counts = {"rows": 3, "created": 1, "skipped": 1, "failed": 1}
    assert document["result"] == NO_COUNTS | counts
    progress = document["progress"]
    assert (progress["phase"], progress["rows_done"], progress["percent"]) == ("finished", 3, 100)
    assert progress["rows_per_second"] > 0
    assert progress["eta_seconds"] is None
    assert (document["attempts"], document["error"]) == (1, None)


def test_the_status_of_a_file_that_cannot_be_imported(
    as_bob: APIClient, imported: Imported
) -> None:
    document = as_bob.get(url(imported(as_bob, 'email\nann@x.com\n"zoe@x.com\n'))).json()
    assert document["status"] == "FAILURE"
    assert document["error"]["code"] == "unclosed_quote"
    assert "line 3" in document["error"]["message"]
    assert document["result"] == NO_COUNTS | {"rows": 0}
    assert document["progress"]["percent"] is None


def test_the_status_of_a_chunk_that_cannot_be_loaded(
    as_bob: APIClient, bob: User, settings: Settings
) -> None:
    settings.IMPORT_CHUNK_ROWS = 1
    job = make_job(CSV, owner=bob)
    plan.plan(job.id)
    default_storage.delete(job.chunks.get(number=1).file)
    document = as_bob.get(url(run(job))).json()
    assert document["status"] == "FAILURE"
    assert document["error"]["code"] == "file_missing"
    assert document["result"] == NO_COUNTS | {"rows": 3, "created": 1, "failed": 1, "not_loaded": 1}
    assert document["progress"]["rows_done"] == 2


@pytest.mark.parametrize(("rows", "listed"), [(20, 20), (21, 20)])
def test_the_status_has_the_first_twenty_errors(
    as_bob: APIClient, imported: Imported, rows: int, listed: int
) -> None:
    job = imported(as_bob, "email\n" + "bad\n" * rows)
    errors = as_bob.get(url(job)).json()["errors"]
    assert [error["record"] for error in errors] == list(range(1, listed + 1))
    assert errors[0] == {
        "line": 2,
        "record": 1,
        "column": "email",
        "code": "invalid_email",
        "message": "This is not a valid e-mail address.",
        "value": "bad",
    }

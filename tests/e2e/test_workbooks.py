"""Workbooks over HTTP, with Celery workers and a queue."""

from pathlib import Path

import pytest

from benchmarks.workbook_files import write_workbook
from local.stack import Stack
from tests.stacks import as_admin, await_end
from tests.workbooks import Rows, xlsx

pytestmark = pytest.mark.xdist_group("stack")


def test_a_workbook_that_only_the_plan_reads_is_imported(tmp_path: Path, stack: Stack) -> None:
    path = tmp_path / "users.xlsx"
    write_workbook(path, rows=80_001, columns=3)
    with as_admin(stack) as admin:
        document = await_end(admin, admin.upload(path), within=120)
    assert document["status"] == "SUCCESS"
    assert document["result"]["created"] == 80_000
    assert (document["file"]["format"], document["file"]["sheet"]) == ("xlsx", "Sheet1")


def test_a_small_workbook_is_imported(tmp_path: Path, stack: Stack) -> None:
    path = tmp_path / "users.xlsx"
    rows: Rows = [["Club"], ["E-mail", "Name"], [None, "a\nb"], ["iris@sheet.example", "Íris\nLee"]]
    path.write_bytes(xlsx(rows))
    with as_admin(stack) as admin:
        document = await_end(admin, admin.upload(path), within=60)
        users = admin.status(f"/api/v1/users/?import={document['task_id']}")["results"]
    assert [(row["line"], row["code"]) for row in document["errors"]] == [(3, "missing_email")]
    assert [user["name"] for user in users] == ["Íris\nLee"]
    assert document["file"]["header_line"] == 2

"""Dry runs: they report what the real import would do and write no user."""

from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from pytest_django import Settings

from tasks.models import ImportJob
from tasks.options import Mode, Options
from tasks.writing.record_list import decompress
from tests.imports import imported
from users_uc.models import User

pytestmark = pytest.mark.django_db(transaction=True)

USERS = "email,name,phone,is_active\na@x.com,Ann,1,yes\nb@x.com,Ben,2,no\nc@x.com,Cem,,\n"
CHANGES = (
    "email,name,phone,is_active\nboss@x.com,Hacked,,no\nc@x.com,Cem,,no\nbad,,,\nnew@x.com,N,,\n"
    "a@x.com,Ann,,\nb@x.com,,3,\nA@x.com,,,\nz@x.com,,,maybe\ny@x.com,Y\n"
)


@pytest.fixture(autouse=True)
def _existing_users(settings: Settings) -> None:
    settings.IMPORT_CHUNK_ROWS = 2
    User.objects.create_user("boss@x.com", name="Boss", is_staff=True)
    imported(USERS)


def report_of(job: ImportJob) -> dict[str, Any]:
    """Return the contents of the status document and the row lists, without ids and times."""
    names = (
        *("status", "rows", "failed", "created", "updated", "unchanged", "skipped"),
        *("not_loaded", "rejections", "passwords", "error_code", "error_message"),
        "stays_inactive",
    )
    errors = job.row_errors.order_by("record").annotate(at=F("line"))
    return {
        **{name: getattr(job, name) for name in names},
        "errors": list(errors.values_list("record", "at", "column", "code", "detail", "value")),
        "records": [
            (decompress(bytes(chunk.skipped_records)), decompress(bytes(chunk.unchanged_records)))
            for chunk in job.chunks.order_by("number")
        ],
    }


def rows_on_disk() -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT xmin, xmax, ctid, * FROM users_uc_user ORDER BY email")
        return list(cursor.fetchall())


@pytest.mark.parametrize("mode", ["create", "upsert"])
@pytest.mark.parametrize(
    "error_options",
    [
        {}, {"on_error": "abort"}, {"max_errors": "0"}, {"max_errors": "3"}, {"max_errors": "4"},
        {"max_errors": "44.4%"}, {"max_errors": "44.5%"},
    ],
)  # fmt: skip
@pytest.mark.parametrize("content", [CHANGES, USERS, "email\nnew@x.com\na@x.com\n", "email\n"])
def test_a_dry_run_reports_the_same_as_the_real_import(
    mode: Mode, error_options: dict[str, Any], content: str
) -> None:
    real = Options(mode=mode, **error_options)
    before = rows_on_disk()
    preview = report_of(imported(content, options=replace(real, dry_run=True)))
    assert rows_on_disk() == before
    assert preview == report_of(imported(content, options=real))


def test_the_example_file_has_every_outcome() -> None:
    job = imported(CHANGES, options=Options(mode="upsert", dry_run=True))
    counts = [job.created, job.updated, job.unchanged, job.skipped, job.failed]
    assert counts == [1, 2, 1, 1, 4]

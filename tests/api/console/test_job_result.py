"""The result on the page of an import."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.db.models.functions import Now
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from console.models import Upload
from tasks.lifecycle import retention
from tasks.models import ImportJob
from tasks.options import Options
from tests.api.console.pages import CSV, page_of, shown
from tests.imports import imported, make_job
from users_uc.models import Mail, User


def test_the_result_has_the_outcomes(browser: Client, bob: User) -> None:
    text = shown(browser, page_of(imported(CSV, owner=bob)))
    assert "people.csv Done" in text
    assert "The import is done. Some rows were rejected." in text
    assert "1 created 0 updated 0 unchanged 0 skipped 3 rejected 0 not imported" in text
    assert "Not a valid e-mail address 2" in text
    assert "E-mail address twice in the file 1" in text


def test_a_result_without_rejected_rows_has_no_table_of_them(browser: Client, bob: User) -> None:
    text = shown(browser, page_of(imported("email\nann@x.com\n", owner=bob)))
    assert "The import is done." in text
    assert "Rejected rows" not in text


@pytest.mark.parametrize(
    ("content", "options", "expected"),
    [
        ("email\nbad\n", Options(on_error="abort"), "The import failed. Nothing is imported."),
        ('email,name\nann@x.com,"open\n', Options(), "The quote opened in line 2 is not closed"),
        ("email\nann@x.com\n", Options(dry_run=True), "This was a try. Nothing is imported."),
        ("email\nbad\n", Options(dry_run=True, on_error="abort"), "The import would fail."),
    ],
)
def test_the_result_in_words(
    browser: Client, bob: User, content: str, options: Options, expected: str
) -> None:
    assert expected in shown(browser, page_of(imported(content, owner=bob, options=options)))


def test_a_dry_run_of_an_upload_leads_to_its_import(browser: Client, bob: User) -> None:
    job = imported(CSV, owner=bob, options=Options(dry_run=True))
    page = shown(browser, page_of(job))
    Upload.objects.create(owner=bob, file_name="people.csv", size=9, job_id=job.id)
    with CaptureQueriesContext(connection) as queries:
        browser.get(page_of(job))
    assert any("console_upload" in query["sql"] for query in queries)
    assert "The numbers say what the import would do:" in page


def test_the_options_are_in_words(browser: Client, bob: User) -> None:
    options = Options(
        mode="upsert", match="external_id", update=["name", "attributes.team"], max_errors="5%",
        must_change_password=True, delimiter=",", encoding="utf-8", clear_with="-",
        columns={"Mail": "email", "Fax": None},
    )  # fmt: skip
    job = make_job("email\n", owner=bob, options=options)
    text = shown(browser, page_of(job))
    for words in (
        "They are updated with the values of the file.",
        "Users are found by External id",
        "Only these fields change Full name, team",
        "More than 5% of them stop the whole import.",
        "New users must choose another password.",
        "Columns Mail: E-mail address",
    ):
        assert words in text


def test_the_result_counts_invitations(browser: Client, bob: User) -> None:
    job = imported("email\nann@x.com\nbea@x.com\n", owner=bob, options=Options(invite=True))
    Mail.objects.filter(user__email="ann@x.com").update(sent_at=Now())
    text = shown(browser, page_of(job))
    assert "Invitations: 2. Sent: 1, waiting: 1, not accepted by the mail server: 0." in text


def test_the_new_users_of_an_import_are_linked(browser: Client, bob: User) -> None:
    job = imported("email\nann@x.com\n", owner=bob)
    assert f"/console/users/?import={job.id}" in browser.get(page_of(job)).content.decode()


def test_an_expired_import_keeps_its_numbers(browser: Client, bob: User) -> None:
    job = imported(CSV, owner=bob)
    ended = timezone.now() - settings.IMPORT_RETENTION - timedelta(minutes=1)
    ImportJob.objects.update(finished_at=ended)
    retention.expire_old()
    text = shown(browser, page_of(job))
    assert "The file and its rejected rows are deleted" in text
    assert "Not a valid e-mail address: 2" in text
    assert "Download" not in text
    for part in ("rows/", "failed-rows.csv", "results.csv"):
        assert browser.get(page_of(job, part)).status_code == 410


def test_rejected_rows_and_results_are_downloaded(browser: Client, bob: User) -> None:
    job = imported("email\nann@x.com\nbad\n", owner=bob)
    rejected = browser.get(page_of(job, "failed-rows.csv"))
    assert rejected.getvalue().splitlines()[1].startswith(b"bad,3,email,invalid_email,")
    assert rejected["Content-Disposition"].startswith("attachment;")
    results = browser.get(page_of(job, "results.csv"))
    assert b"ann@x.com" in results.getvalue()

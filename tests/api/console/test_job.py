"""The page of an import: its progress, its cancellation, and the users who may see it."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tasks.models import Cancellation, ImportJob
from tasks.writing import load
from tests.api.console.browsers import HTMX, browser_of, post
from tests.api.console.pages import CSV, page_of, shown
from tests.imports import imported, make_job, planned_job
from users_uc.models import User


def running(owner: User, content: str = CSV) -> ImportJob:
    """Return an import that is planned and not loaded."""
    job = planned_job(content)
    ImportJob.objects.filter(id=job.id).update(owner=owner)
    return job


def test_an_import_that_waits_says_so(browser: Client, bob: User) -> None:
    text = shown(browser, page_of(make_job(CSV, owner=bob)))
    assert "The file waits for its turn." in text
    assert "Cancel this import?" in text


def test_the_progress_has_the_counts_so_far(browser: Client, bob: User) -> None:
    job = running(bob)
    text = shown(browser, page_of(job, "progress/"))
    assert "3 of 4 rows" in text
    assert "0 created 0 updated 0 unchanged 0 skipped 3 rejected 0 not imported" in text
    load.load(job.id, 1)
    assert "4 of 4 rows" in shown(browser, page_of(job, "progress/"))
    content = browser.get(page_of(job, "progress/")).content.decode()
    assert 'aria-label="1 created, 3 rejected"' in content
    assert '<rect class="created" x="0.0" width="250.0"' in content
    assert '<rect class="failed" x="250.0" width="750.0"' in content


def test_the_chart_has_points_in_each_language(browser: Client, bob: User) -> None:
    url = page_of(running(bob), "progress/")
    content = browser.get(url, headers={"Accept-Language": "pt-BR"}).content.decode()
    assert 'x="0.0" width="750.0"' in content


def test_progress_that_has_not_changed_is_a_304(browser: Client, bob: User) -> None:
    job = running(bob)
    answer = browser.get(page_of(job, "progress/"), headers=HTMX)
    assert answer["Cache-Control"] == "private, no-cache"
    headers = {**HTMX, "If-None-Match": f"W/{answer['ETag']}"}
    same = browser.get(page_of(job, "progress/"), headers=headers)
    assert (same.status_code, same.content, same["ETag"]) == (304, b"", answer["ETag"])
    load.load(job.id, 1)
    assert browser.get(page_of(job, "progress/"), headers=headers).status_code == 200


def test_the_end_of_an_import_reloads_the_page(browser: Client, bob: User) -> None:
    job = imported(CSV, owner=bob)
    answer = browser.get(page_of(job, "progress/"), headers=HTMX)
    assert answer["HX-Refresh"] == "true"


def test_polling_is_no_use_of_the_session(browser: Client, bob: User) -> None:
    job = running(bob)
    session = browser.session
    session["console_last_use"] -= 100
    session.save()
    before = session["console_last_use"]
    browser.get(page_of(job, "progress/"), headers={"X-Refresh": "1"})
    assert browser.session["console_last_use"] == before
    browser.get(page_of(job))
    assert browser.session["console_last_use"] > before


def test_an_import_is_cancelled(browser: Client, bob: User) -> None:
    job = running(bob)
    answer = post(browser, page_of(job, "cancel/"), {})
    assert (answer.status_code, answer["Location"]) == (303, page_of(job))
    assert Cancellation.is_requested(job.id)
    text = shown(browser, page_of(job))
    assert "The import stops." in text
    assert "The import was cancelled. Nothing is imported." in text


def test_an_import_that_has_ended_is_not_cancelled(browser: Client, bob: User) -> None:
    job = imported(CSV, owner=bob)
    assert post(browser, page_of(job, "cancel/"), {}).status_code == 303
    text = shown(browser, page_of(job))
    assert "The import has ended already." in text
    assert "The import is done." in text


def test_a_form_of_another_site_cancels_nothing(bob: User) -> None:
    job = running(bob)
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(bob)
    assert post(browser, page_of(job, "cancel/"), {}).status_code in (303, 403)
    assert not Cancellation.is_requested(job.id)


def test_results_of_an_import_that_runs_are_a_409(browser: Client, bob: User) -> None:
    assert browser.get(page_of(running(bob), "results.csv")).status_code == 409


PARTS = ["", "progress/", "rows/", "failed-rows.csv", "results.csv"]
FORMS = ["cancel/", "correct/"]


@pytest.mark.parametrize("part", [*PARTS, *FORMS])
def test_an_import_of_another_user_is_a_404(browser: Client, alice: User, part: str) -> None:
    job = imported(CSV, owner=alice)
    url = page_of(job, part)
    answer = post(browser, url, {}) if part in FORMS else browser.get(url)
    assert answer.status_code == 404
    assert "There is no import with this id." in answer.content.decode()


@pytest.mark.parametrize("part", [*PARTS, *FORMS])
def test_a_superuser_reaches_the_import_of_another_user(alice: User, bob: User, part: str) -> None:
    browser, url = browser_of(alice), page_of(imported(CSV, owner=bob), part)
    answer = post(browser, url, {}) if part in FORMS else browser.get(url)
    assert answer.status_code in (200, 303, 400)


@pytest.mark.parametrize("part", [*PARTS, *FORMS])
def test_without_a_session_the_login_comes_first(client: Client, bob: User, part: str) -> None:
    url = page_of(imported(CSV, owner=bob), part)
    answer = post(client, url, {}) if part in FORMS else client.get(url)
    assert answer.status_code == 303
    assert answer["Location"].startswith("/console/login/")


def test_a_user_without_the_permission_cannot_correct(bob: User) -> None:
    job = imported(CSV, owner=bob)
    browser = browser_of(bob)
    bob.set_can_import(allowed=False)
    answer = post(browser, page_of(job, "correct/"), {"row-2": "on"})
    assert answer.status_code == 403
    assert ImportJob.objects.count() == 1


def test_an_error_in_a_part_is_a_part(browser: Client, alice: User) -> None:
    job = imported(CSV, owner=alice)
    answer = browser.get(page_of(job, "progress/"), headers=HTMX)
    assert answer.status_code == 404
    assert b"<html" not in answer.content


@pytest.mark.parametrize(("part", "most"), [("", 9), ("progress/", 6), ("rows/", 6)])
def test_the_number_of_queries_does_not_depend_on_the_rows(
    browser: Client, bob: User, part: str, most: int
) -> None:
    rows = "".join(f"bad{number}\n" for number in range(60))
    job = (
        running(bob, f"email\n{rows}")
        if part == "progress/"
        else imported(f"email\nann@x.com\n{rows}", owner=bob)
    )
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(page_of(job, part)).status_code == 200
    assert len(queries) <= most, [query["sql"][:80] for query in queries]

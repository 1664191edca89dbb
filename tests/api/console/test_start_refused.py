"""Starts of imports that are refused: files, limits and permissions."""

import pytest
from django.test import Client
from pytest_django import Settings

from console.models import RememberedMapping, Upload
from core.http.throttling import WindowThrottle
from tasks.models import ImportJob
from tests.api.console.uploads import IMPORT, TRY, Page, complete_upload, path_of, press, started
from users_uc.models import User

pytestmark = pytest.mark.usefixtures("no_file_is_left")


def test_a_lost_file_is_not_found(browser: Client, upload: Upload) -> None:
    form = Page.get(browser, upload).form(**IMPORT)
    path_of(upload).unlink()
    assert press(browser, upload, form).status_code == 404
    assert browser.get(f"/console/uploads/{upload.id}/").status_code == 404


@pytest.mark.parametrize(("is_lost", "status"), [(True, 404), (False, 503)])
def test_an_invalid_option_of_a_file_that_cannot_be_read_is_an_error_page(
    browser: Client, upload: Upload, is_lost: bool, status: int
) -> None:
    form = Page.get(browser, upload).form(**IMPORT, max_errors="x")
    path_of(upload).unlink()
    if not is_lost:
        path_of(upload).mkdir()
    answer = press(browser, upload, form)
    assert (answer.status_code, answer["Content-Type"].split(";")[0]) == (status, "text/html")
    if not is_lost:
        path_of(upload).rmdir()


@pytest.mark.parametrize("content", ["Login,Nome\nann,Ann\n", "%PDF-1.4", "", "email,name,email\n"])
def test_a_refused_file_stays_with_everything_chosen(
    bob: User, browser: Client, content: str
) -> None:
    upload = complete_upload(bob, content)
    form = Page.get(browser, upload).form(**IMPORT, mode="upsert", clear_with="-")
    answer = press(browser, upload, form)
    page = Page(answer)
    assert answer.status_code == 400
    assert page.html.count('role="alert"') == 2 + (not page.html.count('name="field"'))
    assert ("mode", "upsert") in page.fields
    assert ("clear_with", "-") in page.fields
    assert path_of(upload).read_text() == content
    upload.refresh_from_db()
    assert upload.options == {"mode": "upsert", "clear_with": "-"}
    assert not ImportJob.objects.exists()
    assert not RememberedMapping.objects.exists()


def test_a_missing_external_id_is_explained(browser: Client, upload: Upload) -> None:
    page = Page(press(browser, upload, Page.get(browser, upload).form(match="external_id")))
    assert "no column holds it" in page.text
    assert page.chosen() == {"email": "email", "name": "name"}


def test_too_many_unfinished_imports_are_refused_in_the_page(
    bob: User, browser: Client, upload: Upload, settings: Settings
) -> None:
    settings.IMPORT_MAX_WAITING = 1
    started(browser, complete_upload(bob, "email\nc@x.com\n"), **IMPORT)
    form = Page.get(browser, upload).form({"name": ""}, **IMPORT, mode="upsert")
    answer = press(browser, upload, form)
    page = Page(answer)
    assert (answer.status_code, answer["Retry-After"]) == (429, "10")
    assert "You have 1 unfinished imports." in page.text
    assert page.chosen() == {"email": "email", "name": ""}
    assert ("mode", "upsert") in page.fields
    assert path_of(upload).exists()


def test_a_repeated_start_is_no_further_unfinished_import(
    browser: Client, upload: Upload, settings: Settings
) -> None:
    settings.IMPORT_MAX_WAITING = 1
    form = Page.get(browser, upload).form(**TRY)
    locations = {press(browser, upload, form)["Location"] for _ in range(2)}
    assert len(locations) == 1


def test_the_rate_limit_of_uploads_keeps_the_choices(
    browser: Client, upload: Upload, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = Page.get(browser, upload).form({"name": ""}, **IMPORT, on_error="abort")
    monkeypatch.setattr(WindowThrottle, "allow_request", lambda *args: False)
    answer = press(browser, upload, form)
    page = Page(answer)
    assert answer.status_code == 429
    assert page.chosen() == {"email": "email", "name": ""}
    assert ("on_error", "abort") in page.fields


def test_a_permission_that_is_lost_meanwhile_is_refused(
    bob: User, browser: Client, upload: Upload
) -> None:
    form = Page.get(browser, upload).form(**IMPORT)
    bob.set_can_import(allowed=False)
    assert press(browser, upload, form).status_code == 403
    assert not ImportJob.objects.exists()


def test_confirmed_addresses_are_refused_for_other_users(bob: User, browser: Client) -> None:
    upload = complete_upload(bob, "email,ok\nann@x.com,yes\n")
    form = Page.get(browser, upload).form({"ok": "email_verified"}, **IMPORT)
    answer = press(browser, upload, form)
    assert answer.status_code == 403
    assert "Only a superuser may import the field email_verified." in Page(answer).text
    assert Page.get(browser, upload).chosen() == {"email": "email", "ok": ""}


def test_without_a_session_the_start_leads_to_the_login(upload: Upload, client: Client) -> None:
    answer = press(client, upload, {})
    assert (answer.status_code, answer["Location"]) == (303, "/console/login/")
    assert not ImportJob.objects.exists()


def test_the_start_needs_the_token_against_forged_requests(bob: User, upload: Upload) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(bob)
    session = browser.session
    session["console_last_use"] = 10**12
    session.save()
    assert press(browser, upload, TRY).status_code == 403
    assert not ImportJob.objects.exists()

"""The start of an import, or of its dry run, from a complete upload."""

import os
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from console.models import RememberedMapping, Upload
from core.http.throttling import WindowThrottle
from tasks.models import ImportJob
from tasks.options import Options
from tests.api.console.browsers import browser_of, post
from tests.api.console.uploads import Page, complete_upload
from tests.imports import run
from tests.workbooks import xlsx
from users_uc.models import User

CONTENT = "email,name\nann@x.com,Ann\nbob@y.com,Bo\n"
TRY: dict[str, Any] = {"dry_run": "true"}
IMPORT: dict[str, Any] = {"dry_run": "false"}

pytestmark = pytest.mark.usefixtures("no_file_is_left")


@pytest.fixture
def browser(bob: User) -> Client:
    """Return Bob's browser."""
    return browser_of(bob)


@pytest.fixture
def upload(bob: User) -> Upload:
    """Return an upload of two users."""
    return complete_upload(bob, CONTENT)


def press(browser: Client, upload: Upload, form: dict[str, Any]) -> Any:
    """Send the form of the page."""
    return post(browser, f"/console/uploads/{upload.id}/start/", form)


def started(browser: Client, upload: Upload, **changes: Any) -> ImportJob:
    """Open the page, send its form with these changes, and return the job."""
    answer = press(browser, upload, Page.get(browser, upload).form(**changes))
    assert answer.status_code == 303, answer.content.decode()
    job = ImportJob.objects.latest("created_at")
    assert answer["Location"] == f"/console/imports/{job.id}/"
    return job


def test_an_import_creates_the_users(browser: Client, upload: Upload) -> None:
    job = run(started(browser, upload, **IMPORT))
    assert (job.status, job.created) == ("SUCCESS", 2)
    assert (job.file_name, job.options) == ("people.csv", {})
    assert job.owner == upload.owner
    assert not upload.path.exists()
    assert not Upload.objects.exists()


def test_a_try_keeps_the_upload_for_the_import(browser: Client, upload: Upload) -> None:
    tried = run(started(browser, upload, **TRY))
    assert (tried.options, tried.created) == ({"dry_run": True}, 2)
    upload.refresh_from_db()
    assert upload.job_id == tried.id
    assert upload.path.read_text() == CONTENT
    job = run(started(browser, upload, **IMPORT))
    assert job.id != tried.id
    assert User.objects.filter(email__in=["ann@x.com", "bob@y.com"]).count() == 2
    assert not upload.path.exists()


def test_the_chosen_options_become_those_of_the_job(browser: Client, upload: Upload) -> None:
    job = started(
        browser,
        upload,
        **TRY,
        mode="upsert",
        match="email",
        changes="some",
        update=["name", "phone"],
        clear_with=" - ",
        on_error="abort",
        max_errors="2.5%",
        must_change_password="true",
    )
    assert job.options == {
        "mode": "upsert",
        "update": ["name", "phone"],
        "clear_with": "-",
        "dry_run": True,
        "on_error": "abort",
        "max_errors": "2.5%",
        "must_change_password": True,
    }
    upload.refresh_from_db()
    assert upload.options == {key: job.options[key] for key in job.options if key != "dry_run"}


def test_the_page_shows_the_options_again(browser: Client, upload: Upload) -> None:
    changes = {"mode": "upsert", "on_error": "abort", "changes": "some", "update": "phone"}
    started(browser, upload, **TRY, **changes, must_change_password="true", max_errors="7")
    fields = Page.get(browser, upload).fields
    for field in (*changes.items(), ("must_change_password", "true"), ("max_errors", "7")):
        assert field in fields
    assert ("update", "name") not in fields


def test_all_fields_change_unless_some_are_chosen(browser: Client, upload: Upload) -> None:
    """Boxes that are hidden by another choice do not count."""
    job = started(browser, upload, **TRY, mode="upsert", changes="all", update=["name"])
    assert job.options == {"mode": "upsert", "dry_run": True}


def test_only_some_fields_and_none_of_them_is_refused(browser: Client, upload: Upload) -> None:
    form = Page.get(browser, upload).form(**IMPORT, mode="upsert", changes="some")
    page = Page(press(browser, upload, form))
    assert 'id="update-problem"' in page.html
    assert not ImportJob.objects.exists()


def test_invalid_options_are_reported_beside_their_fields(browser: Client, upload: Upload) -> None:
    form = Page.get(browser, upload).form(
        **TRY, max_errors="many", clear_with="x" * 101, on_error="abort", mode="upsert"
    )
    answer = press(browser, upload, form)
    page = Page(answer)
    assert answer.status_code == 400
    assert "Some choices are not valid. They are marked below." in page.text
    assert "This is neither a number of rows nor a percentage." in page.text
    assert 'aria-describedby="max_errors-problem"' in page.html
    assert 'aria-describedby="clear_with-problem"' in page.html
    for field in (("max_errors", "many"), ("on_error", "abort"), ("mode", "upsert")):
        assert field in page.fields
    assert page.is_open[1] is True


def test_invitations_need_mail(browser: Client, upload: Upload, settings: Settings) -> None:
    assert "Invite them by e-mail" not in Page.get(browser, upload).text
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    page = Page.get(browser, upload)
    assert "Invite them by e-mail" in page.text
    job = started(browser, upload, **TRY, invite="true", language="pt-br")
    assert job.options == {"invite": True, "language": "pt-br", "dry_run": True}


def test_the_invitation_has_the_language_of_the_browser(
    browser: Client, upload: Upload, mail_is_configured: None
) -> None:
    answer = browser.get(f"/console/uploads/{upload.id}/", headers={"Accept-Language": "pt"})
    assert ("language", "pt-br") in Page(answer).fields  # type: ignore[arg-type]


def test_a_mapping_becomes_the_smallest_option(bob: User, browser: Client) -> None:
    upload = complete_upload(bob, "Kontakt;Nome;Fax;Ort\nann@x.com;Ann;1;Ulm\n")
    form = Page.get(browser, upload).form({"Fax": "phone"}, **IMPORT)
    press(browser, upload, form)
    job = run(ImportJob.objects.get())
    assert job.options["columns"] == {"Kontakt": "email", "Fax": "phone"}
    user = User.objects.get(email="ann@x.com")
    assert (user.name, user.phone) == ("Ann", "1")
    assert RememberedMapping.objects.get().columns == job.options["columns"]


def test_one_header_with_two_meanings_is_refused(bob: User, browser: Client) -> None:
    upload = complete_upload(bob, "email,X,x\nann@x.com,1,2\n")
    form = Page.get(browser, upload).form({"X": "phone", "x": "external_id"}, **IMPORT)
    page = Page(press(browser, upload, form))
    assert "is there twice" in page.text


def test_a_sheet_is_imported(bob: User, browser: Client) -> None:
    sheets = {"A": [["email"], ["ann@x.com"]], "B": [["email"], ["b@x.com"]]}
    upload = complete_upload(bob, xlsx(sheets=sheets), "book.xlsx")
    job = run(started(browser, upload, **IMPORT, sheet="B"))
    assert (job.sheet, job.created) == ("B", 1)


def test_a_double_click_is_one_job(browser: Client, upload: Upload) -> None:
    form = Page.get(browser, upload).form(**TRY)
    first, second = press(browser, upload, form), press(browser, upload, form)
    assert first["Location"] == second["Location"]
    assert ImportJob.objects.count() == 1


def test_a_double_click_on_import_leads_to_the_import(browser: Client, upload: Upload) -> None:
    form = Page.get(browser, upload).form(**IMPORT)
    first, second = press(browser, upload, form), press(browser, upload, form)
    assert first["Location"] == second["Location"]
    assert ImportJob.objects.count() == 1
    back = browser.get(f"/console/uploads/{upload.id}/")
    assert (back.status_code, back["Location"]) == (303, first["Location"])


def test_an_import_by_another_request_meanwhile_leads_to_its_job(
    browser: Client, upload: Upload, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other request ends between the look-up of the upload and the link to its file."""
    form = Page.get(browser, upload).form(**IMPORT)
    link = os.link

    def link_late(*args: Any) -> None:
        monkeypatch.setattr(os, "link", link)
        press(browser, upload, form)
        link(*args)

    monkeypatch.setattr(os, "link", link_late)
    answer = press(browser, upload, form)
    assert answer["Location"] == f"/console/imports/{ImportJob.objects.get().id}/"


def test_a_lost_file_is_not_found(browser: Client, upload: Upload) -> None:
    form = Page.get(browser, upload).form(**IMPORT)
    upload.path.unlink()
    assert press(browser, upload, form).status_code == 404
    assert browser.get(f"/console/uploads/{upload.id}/").status_code == 404


def test_the_same_try_after_its_result_is_another_job(browser: Client, upload: Upload) -> None:
    first = run(started(browser, upload, **TRY))
    second = started(browser, upload, **TRY)
    assert first.id != second.id
    upload.refresh_from_db()
    assert upload.job_id == second.id


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
    assert upload.path.read_text() == content
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
    assert upload.path.exists()


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
    assert (answer.status_code, answer["Location"]) == (303, "/console/login/?")
    assert not ImportJob.objects.exists()


def test_the_start_needs_the_token_against_forged_requests(bob: User, upload: Upload) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(bob)
    session = browser.session
    session["console_last_use"] = 10**12
    session.save()
    assert press(browser, upload, TRY).status_code == 403
    assert not ImportJob.objects.exists()


def test_nothing_of_the_console_is_left_after_a_crash_of_the_broker(
    browser: Client, upload: Upload, broker_unavailable: None
) -> None:
    """The job is committed. `recover` publishes it later."""
    job = started(browser, upload, **IMPORT)
    assert job.status == "PENDING"
    assert not upload.path.exists()


def test_the_stored_options_are_those_of_an_import(bob: User, browser: Client) -> None:
    """The result page of a dry run starts the import with them."""
    upload = complete_upload(bob, "Kontakt,name\nann@x.com,Ann\n")
    started(browser, upload, **TRY)
    upload.refresh_from_db()
    options = Options.from_json(upload.options)
    assert (options.dry_run, options.columns) == (False, {"Kontakt": "email"})


def test_a_try_is_imported_with_its_options(bob: User, browser: Client, upload: Upload) -> None:
    started(browser, upload, **TRY, mode="upsert", max_errors="5")
    assert press(browser, upload, {"again": "1"}).status_code == 303
    job = ImportJob.objects.latest("created_at")
    assert job.options == {"mode": "upsert", "max_errors": "5"}
    assert not Upload.objects.exists()


def test_the_end_of_an_import_is_mailed_and_that_of_a_try_is_not(
    browser: Client, upload: Upload, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert "notify" not in started(browser, upload, **TRY).options
    press(browser, upload, {"again": "1"})
    assert ImportJob.objects.latest("created_at").options == {"notify": True}

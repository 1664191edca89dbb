"""The options of an import that is started from a complete upload."""

import pytest
from django.test import Client
from pytest_django import Settings

from console.models import RememberedMapping, Upload
from tasks.models import ImportJob
from tasks.options import Options
from tests.api.console.uploads import IMPORT, TRY, Page, complete_upload, press, started
from tests.imports import run
from tests.workbooks import xlsx
from users_uc.models import User

pytestmark = pytest.mark.usefixtures("no_file_is_left")


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

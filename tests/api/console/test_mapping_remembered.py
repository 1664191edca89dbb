"""Mappings that are remembered from earlier imports."""

from django.test import Client

from console.models import RememberedMapping
from tests.api.console.browsers import browser_of, post
from tests.api.console.uploads import GERMAN, UNKNOWN, Page, complete_upload, preview
from users_uc.models import User


def remember(owner: User, content: str, columns: dict[str, str | None]) -> None:
    """Let the user start an import with these columns."""
    browser = browser_of(owner)
    upload = complete_upload(owner, content)
    chosen = {header: field or "" for header, field in columns.items()}
    form = Page.get(browser, upload).form(chosen, dry_run="true")
    answer = post(browser, f"/console/uploads/{upload.id}/start/", form)
    assert answer.status_code == 303, answer.content.decode()


def test_a_mapping_is_remembered_for_the_same_headers(bob: User, browser: Client) -> None:
    remember(bob, "Login;Tel.X;Ort\na@x.com;1;Ulm\n", {"Login": "email", "Tel.X": "phone"})
    upload = complete_upload(bob, "ort,LOGIN,tel.x\nBonn,b@x.com,2\n")
    page = Page.get(browser, upload)
    assert page.chosen() == {"ort": "", "LOGIN": "email", "tel.x": "phone"}
    assert "You have imported a file with these columns before." in page.text
    assert page.is_open[0] is False
    assert "2 columns recognised, 1 ignored." in page.text


def test_a_remembered_mapping_is_forgotten(bob: User, browser: Client) -> None:
    remember(bob, "Kontakt;Ort\na@x.com;Ulm\n", {"Kontakt": "email"})
    upload = complete_upload(bob, "Kontakt;Ort\nb@y.com;Bonn\n")
    page = Page.get(browser, upload)
    preview(browser, upload, page.form({"Ort": "phone"}, mode="upsert"))
    url = f"/console/uploads/{upload.id}/"
    form = {"headers": dict(page.fields)["headers"], "forget": "true"}
    answer = post(browser, f"{url}preview/", form)
    assert (answer.status_code, answer["Location"]) == (303, url)
    assert not RememberedMapping.objects.exists()
    again = Page.get(browser, upload)
    assert "No column is known to hold" in again.text
    assert again.chosen()["Ort"] == ""
    assert "imported a file with these columns before" not in again.text


def test_ignored_columns_are_remembered_as_well(bob: User, browser: Client) -> None:
    remember(bob, GERMAN, {})
    page = Page.get(browser, complete_upload(bob, GERMAN))
    assert page.is_open[0] is False
    assert "3 columns recognised, 1 ignored." in page.text
    assert "imported a file with these columns before" not in page.text


def test_a_mapping_is_that_of_the_user_and_of_the_headers(
    alice: User, bob: User, browser: Client
) -> None:
    remember(alice, UNKNOWN, {"Nome": "external_id"})
    remember(bob, "Kontakt;Nome;x\na@x.com;b;c\n", {"Nome": "external_id"})
    page = Page.get(browser, complete_upload(bob, UNKNOWN))
    assert page.chosen()["Nome"] == "name"


def test_a_remembered_field_that_is_forbidden_now_is_left_out(
    alice: User, bob: User, browser: Client
) -> None:
    remember(alice, "email,ok\na@x.com,yes\n", {"ok": "email_verified"})
    RememberedMapping.objects.update(owner=bob)
    page = Page.get(browser, complete_upload(bob, "email,ok\na@x.com,yes\n"))
    assert page.chosen() == {"email": "email", "ok": ""}


def test_columns_that_were_changed_since_they_were_remembered_are_open(
    bob: User, browser: Client
) -> None:
    remember(bob, GERMAN, {})
    upload = complete_upload(bob, GERMAN)
    preview(browser, upload, Page.get(browser, upload).form({"Vorname": ""}))
    page = Page.get(browser, upload)
    assert page.chosen()["Vorname"] == ""
    assert page.is_open[0] is True

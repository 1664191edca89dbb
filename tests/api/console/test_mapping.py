"""The page of a complete upload: the columns, their meaning and their cells."""

import pytest
from django.test import Client

from console import labels
from tasks.reading.header_columns import FIELDS
from tests.api.console.browsers import browser_of
from tests.api.console.uploads import GERMAN, UNKNOWN, Page, complete_upload, preview
from users_uc.models import Attribute, User


def test_the_page_shows_how_the_file_is_read(bob: User, browser: Client) -> None:
    page = Page.get(browser, complete_upload(bob, GERMAN.encode("windows-1252"), "Liste.csv"))
    assert "Import Liste.csv" in page.text
    assert "Detected: Windows-1252 (Western Europe)" in page.text
    assert "Detected: Semicolon ;" in page.text
    assert "in line 1" in page.text
    assert "3 columns are imported, 1 ignored." in page.text
    assert page.chosen() == {
        "E-Mail": "email",
        "Vorname": "first_name",
        "Nachname": "last_name",
        "Abteilung": "",
    }
    assert page.html.count("Müller") == 2  # in the first rows and as a sample


@pytest.mark.parametrize(
    ("content", "summary"),
    [
        ("email,name\nann@x.com,Ann\n", "2 columns recognised."),
        ("E-mail;Nome completo;Telefone\nann@x.com;Ann;1\n", "3 columns recognised."),
        ("Correo electrónico;Nombre\nann@x.com;Ann\n", "2 columns recognised."),
        ("E-Mail;Name;E-Mail privat\nann@x.com;Ann;b@x.com\n", "2 columns recognised, 1 ignored."),
    ],
)
def test_the_columns_are_collapsed_if_all_are_recognised(
    bob: User, browser: Client, content: str, summary: str
) -> None:
    page = Page.get(browser, complete_upload(bob, content))
    assert summary in page.text
    assert page.is_open[0] is False


@pytest.mark.parametrize("content", [GERMAN, UNKNOWN, "email;e-mail\na@x.com;b@x.com\n", "%PDF-1"])
def test_the_columns_are_open_if_there_is_something_to_choose(
    bob: User, browser: Client, content: str
) -> None:
    assert Page.get(browser, complete_upload(bob, content)).is_open[0] is True


def test_a_missing_email_column_is_proposed_and_confirmed(bob: User, browser: Client) -> None:
    upload = complete_upload(bob, UNKNOWN)
    page = Page.get(browser, upload)
    assert "No column is known to hold the e-mail address." in page.text
    assert "Check this" in page.text
    assert page.chosen() == {"Kontakt": "email", "Nome": "name"}
    again = preview(browser, upload, page.form())
    assert "No column is known" not in again.text
    upload.refresh_from_db()
    assert upload.options["columns"] == {"Kontakt": "email"}
    assert Page.get(browser, upload).chosen() == {"Kontakt": "email", "Nome": "name"}


def test_a_column_is_chosen_where_none_is_proposed(bob: User, browser: Client) -> None:
    upload = complete_upload(bob, "Login,Nome\nann,Ann\n")
    page = Page.get(browser, upload)
    assert "No column is known to hold the e-mail address." in page.text
    assert page.chosen() == {"Login": "", "Nome": "name"}
    again = preview(browser, upload, page.form({"Login": "email"}))
    assert "No column is known" not in again.text
    assert again.chosen() == {"Login": "email", "Nome": "name"}


def test_one_of_two_ambiguous_columns_is_ignored(bob: User, browser: Client) -> None:
    upload = complete_upload(bob, "email,e-mail\na@x.com,b@x.com\n")
    page = Page.get(browser, upload)
    assert page.text.count("Check this") == 2
    assert page.chosen() == {"email": "email", "e-mail": ""}
    other = preview(browser, upload, page.form({"email": "", "e-mail": "email"}))
    assert "Check this" not in other.text
    assert other.chosen() == {"email": "", "e-mail": "email"}
    upload.refresh_from_db()
    assert upload.options["columns"] == {"email": None}


def test_a_choice_displaces_the_recognised_column(bob: User, browser: Client) -> None:
    upload = complete_upload(bob, "email,Vorname,Nachname,Rufname\nann@x.com,Ann,Lee,Anni\n")
    page = Page.get(browser, upload)
    again = preview(browser, upload, page.form({"Rufname": "name"}))
    assert again.chosen() == {"email": "email", "Vorname": "", "Nachname": "", "Rufname": "name"}
    back = preview(
        browser,
        upload,
        again.form({"Rufname": "", "Vorname": "first_name", "Nachname": "last_name"}),
    )
    assert back.chosen() == page.chosen()
    upload.refresh_from_db()
    assert "columns" not in upload.options


def test_two_columns_of_one_field_are_refused_beside_the_columns(
    bob: User, browser: Client
) -> None:
    upload = complete_upload(bob, "email,A,B\nann@x.com,1,2\n")
    form = Page.get(browser, upload).form({"A": "phone", "B": "phone"})
    page = preview(browser, upload, form, status=400)
    assert "Two headers are mapped to phone. Map only one of them." in page.text
    assert page.chosen() == {"email": "email", "A": "phone", "B": "phone"}


@pytest.mark.parametrize("header", ["password", "Passwort *", "password_hash", "salt"])
def test_secrets_are_never_shown(bob: User, browser: Client, header: str) -> None:
    content = f"email,name,{header}\na@x.com,Ann,canary\nb@x.com,B,o,canary\n"
    page = Page.get(browser, complete_upload(bob, content))
    assert "canary" not in page.html
    assert "Secrets are never shown." in page.text
    assert "••••" in page.text


def test_a_secret_that_only_the_user_knows_is_not_shown_after_the_choice(
    bob: User, browser: Client
) -> None:
    upload = complete_upload(bob, "email,Geheim\na@x.com,canary\n")
    page = Page.get(browser, upload)
    assert "canary" not in preview(browser, upload, page.form({"Geheim": "password"})).html


def test_cells_are_escaped(bob: User, browser: Client) -> None:
    content = "email,<script>,name\na@x.com,<b>x</b>,Ann\n"
    page = Page.get(browser, complete_upload(bob, content, "<script>.csv"))
    assert "<script>.csv" not in page.html
    assert "<b>x</b>" not in page.html
    assert page.chosen() == {"email": "email", "<script>": "", "name": "name"}


def test_only_superusers_choose_confirmed_addresses(
    alice: User, bob: User, browser: Client
) -> None:
    upload = complete_upload(bob, "email,ok,email_verified\nann@x.com,yes,yes\n")
    page = Page.get(browser, upload)
    assert "email_verified" not in page.selects["column-2"][1]
    assert "only a superuser may import confirmed e-mail addresses" in page.text
    refused = preview(browser, upload, page.form({"ok": "email_verified"}), status=403)
    assert "Only a superuser may import the field email_verified." in refused.text
    other = complete_upload(alice, "email,ok\nann@x.com,yes\n")
    page = Page.get(browser_of(alice), other)
    assert "email_verified" in page.selects["column-2"][1]


def test_a_column_of_blocked_users_keeps_its_meaning(bob: User, browser: Client) -> None:
    upload = complete_upload(bob, "email,Block sign in,ok\nann@x.com,no,no\n")
    page = Page.get(browser, upload)
    assert page.chosen()["Block sign in"] == "is_inactive"
    assert "Blocked (yes or no)" in page.text
    assert preview(browser, upload, page.form()).chosen() == page.chosen()
    assert "is_inactive" not in page.selects["column-3"][1]


def test_attributes_are_offered_by_their_label(bob: User, browser: Client) -> None:
    Attribute.objects.create(name="cost_centre", type="text", label_en="Cost centre")
    upload = complete_upload(bob, "email,KST\nann@x.com,12\n")
    page = Page.get(browser, upload)
    assert "Cost centre" in page.text
    again = preview(browser, upload, page.form({"KST": "attributes.cost_centre"}))
    assert again.chosen()["KST"] == "attributes.cost_centre"
    Attribute.objects.all().delete()  # the stored choice means nothing now
    assert Page.get(browser, upload).chosen() == {"email": "email", "KST": ""}


def test_every_field_has_a_label() -> None:
    assert labels.FIELDS.keys() == {*FIELDS, "is_inactive"}

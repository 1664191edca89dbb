"""The page of a complete upload: the detected facts and the meaning of each column."""

import json
import uuid
from collections.abc import Mapping
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from console import choices, labels, mapping
from console.models import RememberedMapping, Upload
from tasks.options import Options
from tasks.reading.header_columns import FIELDS
from tests.api.console.browsers import HTMX, browser_of, post
from tests.api.console.uploads import Page, complete_upload
from tests.unit.test_exports import SYSTEMS
from tests.workbooks import xlsx
from users_uc.models import Attribute, User

GERMAN = "E-Mail;Vorname;Nachname;Abteilung\nann@x.com;Ann;Müller;Einkauf\n"
UNKNOWN = "Kontakt;Nome\nann@x.com;Ann\n"


@pytest.fixture
def browser(bob: User) -> Client:
    """Return Bob's browser."""
    return browser_of(bob)


def preview(browser: Client, upload: Upload, form: dict[str, Any], status: int = 200) -> Page:
    """Send the form as htmx does, and return the part of the page."""
    answer = post(browser, f"/console/uploads/{upload.id}/preview/", form, headers=HTMX)
    assert answer.status_code == status, answer.content.decode()
    return Page(answer)


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


def test_a_wrong_encoding_is_corrected(bob: User, browser: Client) -> None:
    upload = complete_upload(bob, "email,name\nann@x.com,Ömer Şahin\n".encode("windows-1254"))
    page = Page.get(browser, upload)
    assert "Ömer Şahin" not in page.text
    again = preview(browser, upload, page.form(encoding="windows-1254"))
    assert "Ömer Şahin" in again.text
    assert again.selects["encoding"][0] == "windows-1254"
    assert Page.get(browser, upload).selects["encoding"][0] == "windows-1254"


def test_a_wrong_delimiter_is_corrected(bob: User, browser: Client) -> None:
    upload = complete_upload(bob, "email|name|Notes\nann@x.com|Ann|a;b;c\n")
    page = Page.get(browser, upload)
    wrong = preview(browser, upload, page.form(delimiter=";"))
    assert wrong.chosen() == {"email|name|Notes": ""}
    upload.refresh_from_db()
    assert upload.options == {}  # only what can be imported is kept
    assert preview(browser, upload, wrong.form(delimiter="")).chosen() == page.chosen()
    tab = preview(browser, upload, wrong.form(delimiter="\t"))
    assert tab.selects["delimiter"][0] == "\t"


def test_an_encoding_that_does_not_fit_is_explained(bob: User, browser: Client) -> None:
    upload = complete_upload(bob, "\ufeffemail,name\nann@x.com,Ann\n")
    page = preview(browser, upload, Page.get(browser, upload).form(encoding="shift_jis"))
    assert "Choose another encoding." in page.text
    assert page.selects["encoding"][0] == "shift_jis"
    page = preview(browser, upload, page.form(encoding="ebcdic"), status=400)
    assert "This encoding is not supported." in page.text


def test_another_sheet_is_chosen(bob: User, browser: Client) -> None:
    data = xlsx(
        sheets={
            "Alunos": [["E-mail", "Turma"], ["a@x.com", "7B"]],
            "Professores": [["E-mail", "Nome"], ["b@x.com", "Bia"]],
        }
    )
    upload = complete_upload(bob, data, "escola.xlsx")
    page = Page.get(browser, upload)
    assert "encoding" not in page.selects
    assert page.selects["sheet"] == ("Alunos", ["Alunos", "Professores"])
    assert page.chosen() == {"E-mail": "email", "Turma": ""}
    other = preview(browser, upload, page.form({"Turma": "external_id"}, sheet="Professores"))
    assert other.selects["sheet"] == ("Professores", ["Alunos", "Professores"])
    assert other.chosen() == {"E-mail": "email", "Nome": "name"}
    assert "Bia" in other.text


def test_a_large_workbook_is_read_by_the_import(
    bob: User, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tasks.intake.small_workbook._MAX_SIZE", 10)
    upload = complete_upload(bob, xlsx([["email"], ["ann@x.com"]]), "large.xlsx")
    page = Page.get(browser, upload)
    assert "This workbook is too large to be shown here" in page.text
    assert "alert" not in page.html.replace('id="offline" role="alert"', "")
    assert dict(page.fields)["sheet"] == ""


def test_all_of_a_workbook_is_read_for_its_page(bob: User, browser: Client) -> None:
    """Its directory is at its end, so the beginning alone would look incomplete."""
    noise = [[f"u{n}@x.com", uuid.uuid5(uuid.NAMESPACE_OID, str(n)).hex * 2] for n in range(30_000)]
    data = xlsx([["email", "Note"], *noise])
    assert len(data) > 1024 * 1024
    page = Page.get(browser, complete_upload(bob, data, "people.xlsx"))
    assert page.chosen() == {"email": "email", "Note": ""}


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


@pytest.mark.parametrize("path", ["preview/", "start/"])
def test_the_url_of_a_refused_form_leads_to_the_page(bob: User, browser: Client, path: str) -> None:
    url = f"/console/uploads/{complete_upload(bob, GERMAN).id}/"
    answer = browser.get(url + path)
    assert (answer.status_code, answer["Location"]) == (303, url)


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


def test_without_javascript_the_preview_is_a_page(bob: User, browser: Client) -> None:
    upload = complete_upload(bob, UNKNOWN)
    form = Page.get(browser, upload).form(clear_with="-", mode="upsert")
    page = Page(post(browser, f"/console/uploads/{upload.id}/preview/", form))
    assert "<!doctype html>" in page.html
    assert page.is_open[:2] == [True, True]
    assert ("clear_with", "-") in page.fields
    assert ("mode", "upsert") in page.fields


def test_the_part_for_htmx_tells_how_many_columns_are_imported(bob: User, browser: Client) -> None:
    upload = complete_upload(bob, UNKNOWN)
    part = preview(browser, upload, Page.get(browser, upload).form())
    assert "<!doctype html>" not in part.html
    assert '<span id="mapping-status" hx-swap-oob="innerHTML">' in part.html
    assert "2 columns recognised." in part.text


def test_many_columns_have_no_select(bob: User, browser: Client) -> None:
    names = ",".join(f"c{number}" for number in range(1500))
    cells = ",".join("x" * 1500)
    upload = complete_upload(bob, f"email,{names},phone\nann@x.com,{cells},123\n")
    page = Page.get(browser, upload)
    assert len(page.chosen()) == 200
    assert "1302 further columns are imported as they are recognised." in page.text.replace(",", "")
    assert len(page.html) < 400_000
    assert preview(browser, upload, page.form()).chosen() == page.chosen()


@pytest.mark.parametrize("path", ["", "preview/", "start/"])
def test_a_foreign_or_unknown_upload_is_not_found(alice: User, browser: Client, path: str) -> None:
    for upload_id in (complete_upload(alice, GERMAN).id, uuid.uuid4()):
        url = f"/console/uploads/{upload_id}/{path}"
        answer = post(browser, url) if path else browser.get(url)
        assert answer.status_code == 404
        assert "This did not work" in answer.content.decode()


def test_an_incomplete_upload_leads_to_the_first_page(bob: User, browser: Client) -> None:
    upload = Upload.objects.create(owner=bob, file_name="x.csv", size=9, received=3)
    for path in ("", "preview/", "start/"):
        url = f"/console/uploads/{upload.id}/{path}"
        answer = post(browser, url) if path else browser.get(url)
        assert (answer.status_code, answer["Location"]) == (303, "/console/import/")
    assert (
        "The upload of this file is not complete."
        in browser.get("/console/import/").content.decode()
    )


def test_staff_without_the_permission_may_not(bob: User) -> None:
    browser, upload = browser_of(bob), complete_upload(bob, GERMAN)
    bob.set_can_import(allowed=False)
    answer = browser.get(f"/console/uploads/{upload.id}/")
    assert answer.status_code == 403
    assert "can_import" in answer.content.decode()


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"headers": "x"},
        {"headers": '{"a": 1}'},
        {"headers": "[1]", "recognised": "[]", "field": "email"},
        {"headers": '["email"]', "recognised": '[""]', "field": "unknown"},
        {"headers": '["gone"]', "recognised": '[""]', "field": "phone"},
        {"sheets": "[" * 100_000},
        {"encoding": "x" * 999, "delimiter": "ab", "sheet": "z", "columns": "x"},
    ],
)
def test_a_hostile_form_is_no_error_of_the_service(
    bob: User, browser: Client, form: dict[str, str]
) -> None:
    upload = complete_upload(bob, GERMAN)
    for path in ("preview/", "start/"):
        answer = post(browser, f"/console/uploads/{upload.id}/{path}", form)
        assert answer.status_code in (200, 303, 400)


def test_the_queries_do_not_grow_with_the_columns(
    bob: User, browser: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    names = ",".join(f"c{number}" for number in range(60))
    upload = complete_upload(bob, f"email,{names}\nann@x.com,{'x,' * 59}x\n")
    with django_assert_max_num_queries(8):
        page = Page.get(browser, upload)
    assert len(page.chosen()) == 61


def test_a_hidden_list_has_texts_only(bob: User, browser: Client) -> None:
    page = Page.get(browser, complete_upload(bob, GERMAN))
    fields = dict(page.fields)
    assert json.loads(fields["headers"]) == ["E-Mail", "Vorname", "Nachname", "Abteilung"]
    assert json.loads(fields["recognised"]) == ["email", "first_name", "last_name", ""]
    assert json.loads(fields["sheets"]) == []


def test_a_form_with_a_file_is_refused_as_a_page(bob: User, browser: Client) -> None:
    upload = complete_upload(bob, GERMAN)
    for url in (f"/console/uploads/{upload.id}/start/", "/console/login/"):
        answer = browser.post(url, {"mode": "create"})  # multipart
        assert answer.status_code == 415
        assert "This did not work" in answer.content.decode()


def test_columns_that_were_changed_since_they_were_remembered_are_open(
    bob: User, browser: Client
) -> None:
    remember(bob, GERMAN, {})
    upload = complete_upload(bob, GERMAN)
    preview(browser, upload, Page.get(browser, upload).form({"Vorname": ""}))
    page = Page.get(browser, upload)
    assert page.chosen()["Vorname"] == ""
    assert page.is_open[0] is True


@pytest.mark.parametrize("system", SYSTEMS.values(), ids=SYSTEMS.keys())
def test_the_form_of_an_export_shows_its_columns_and_names_none(
    alice: User, system: Mapping[str, Any]
) -> None:
    rows = [",".join(row) for row in system.get("rows", [])]
    upload = complete_upload(alice, "\n".join([system["header"], *rows, ""]))
    found = mapping.preview(mapping.read(upload, Options(), alice))
    fields = {name: field.partition(" ")[0] for field, name in system["fields"].items()}
    assert found.problem is None
    assert {one.name: one.field for one in found.choices if one.field} == fields
    form = QueryDict(mutable=True)
    form.update(choices.hidden_fields(found))
    form.setlist("field", [one.field for one in found.choices])
    assert choices.posted_pairs(form) == []

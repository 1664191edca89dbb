"""The corrections of how a complete upload is read: its encoding, delimiter and sheet."""

import uuid

import pytest
from django.test import Client

from tests.api.console.uploads import Page, complete_upload, preview
from tests.workbooks import xlsx
from users_uc.models import User


def test_a_wrong_encoding_is_corrected(bob: User, browser: Client) -> None:
    upload = complete_upload(bob, "email,name\nann@x.com,Ömer Şahin\n".encode("windows-1254"))
    page = Page.get(browser, upload)
    assert "Ömer Şahin" not in page.text
    again = preview(browser, upload, page.form(encoding="windows-1254"))
    assert "Ömer Şahin" in again.text
    assert again.selects["encoding"][0] == "windows-1254"
    assert Page.get(browser, upload).selects["encoding"][0] == "windows-1254"


def test_columns_keep_their_fields_in_another_encoding(bob: User, browser: Client) -> None:
    text = "E-Mail,Straße,Größe\nann@x.com,Ann,Weg\n"
    upload = complete_upload(bob, text.encode("cp1252"))
    page = preview(browser, upload, Page.get(browser, upload).form(encoding="cp1252"))
    for encoding in ("iso8859_5", "cp1252"):
        page = preview(browser, upload, page.form({"Straße": "name"}, encoding=encoding))
        assert list(page.chosen().values()) == ["email", "name", ""]
    assert list(page.chosen()) == ["E-Mail", "Straße", "Größe"]


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

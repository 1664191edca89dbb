"""The form of a complete upload: its parts, and requests that are refused."""

import json
import uuid
from collections.abc import Mapping
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from console import choices, mapping
from console.models import Upload
from tasks.options import Options
from tests.api.console.browsers import browser_of, post
from tests.api.console.uploads import GERMAN, UNKNOWN, Page, complete_upload, preview
from tests.unit.test_exports import SYSTEMS
from users_uc.models import User


@pytest.mark.parametrize("path", ["preview/", "start/"])
def test_the_url_of_a_refused_form_leads_to_the_page(bob: User, browser: Client, path: str) -> None:
    url = f"/console/uploads/{complete_upload(bob, GERMAN).id}/"
    answer = browser.get(url + path)
    assert (answer.status_code, answer["Location"]) == (303, url)


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

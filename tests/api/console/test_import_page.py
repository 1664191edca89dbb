"""The import page: its list of uploads, and the check of a file before its upload."""

import os

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from console.models import Upload
from tasks.reading.beginning import SIZE
from tests.api.console.browsers import browser_of
from tests.api.console.client import CHECK, CSV, check, create, send
from tests.workbooks import xlsx
from users_uc.models import User

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty"),
        (b"\x89PNG\r\n\x1a\n....", "an image"),
        (b"%PDF-1.7", "a PDF file"),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "password"),
    ],
)
def test_a_file_that_no_option_can_correct_is_refused(
    browser: Client, content: bytes, word: str
) -> None:
    assert word in check(browser, content).json()["refusal"]


@pytest.mark.parametrize(
    "content",
    [
        CSV,
        b"a,b\n1,2\n",
        b"x\nann@example.com\n",
        b",".join(b"%d" % n for n in range(5000)),
        b"e\x00m\x00,\x00b\x00\n\x00",
    ],
    ids=["imported", "needs a mapping", "other header", "other delimiter", "other encoding"],
)
def test_a_file_that_options_may_correct_is_not_refused(browser: Client, content: bytes) -> None:
    assert check(browser, content).json() == {"refusal": None}


def test_the_beginning_of_a_large_workbook_is_not_refused(browser: Client) -> None:
    rows = [["email", "note"], *([f"{n}@x.com", os.urandom(64).hex()] for n in range(20_000))]
    content = xlsx(rows)
    assert len(content) > SIZE
    assert check(browser, content[:SIZE]).json() == {"refusal": None}


@pytest.mark.parametrize(
    "kind", ["multipart/form-data; boundary=x", "application/x-www-form-urlencoded"]
)
def test_the_check_takes_only_bytes(bob: User, kind: str) -> None:
    browser = browser_of(bob, checks_csrf=True)
    token = {"X-CSRFToken": browser.cookies["csrftoken"].value}
    assert browser.post(CHECK, CSV, content_type=kind, headers=token).status_code == 415


def test_a_proxy_asks_whether_the_caller_may_upload(browser: Client) -> None:
    assert browser.get(CHECK).status_code == 204


def page(browser: Client) -> str:
    answer = browser.get("/console/import/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_shows_own_uploads(browser: Client, url: str, alice: User) -> None:
    create(browser_of(alice), name="of-alice.csv")
    send(browser, url, 0, CSV[:10])
    shown = page(browser)
    assert "people.csv" in shown
    assert "Choose the same file" in shown
    assert "of-alice.csv" not in shown
    send(browser, url, 10, CSV[10:])
    shown = page(browser)
    assert "Choose the same file" not in shown
    assert url.replace("data/", "") in shown


def test_the_page_without_uploads_has_no_list(browser: Client) -> None:
    assert "Not imported yet" not in page(browser)


def test_the_queries_of_the_page_do_not_grow(browser: Client) -> None:
    create(browser)
    with CaptureQueriesContext(connection) as one:
        page(browser)
    for _ in range(5):
        create(browser)
    with CaptureQueriesContext(connection) as six:
        page(browser)
    assert len(six) == len(one)


def test_an_upload_is_deleted_on_the_page(browser: Client, url: str) -> None:
    answer = browser.post(url.replace("data", "delete"))
    assert (answer.status_code, answer["Location"]) == (303, "/console/import/")
    assert "The upload of people.csv is deleted." in page(browser)
    assert not Upload.objects.exists()


def test_the_page_offers_an_example_file(browser: Client) -> None:
    answer = browser.get("/console/import/template.csv", headers={"Accept-Language": "pt-BR"})
    assert answer["Content-Disposition"] == 'attachment; filename="template-pt-br.csv"'
    assert b";" in answer.content


def test_the_import_page_is_for_those_who_may_import(client: Client, dora: User) -> None:
    assert client.get("/console/import/")["Location"].startswith("/console/login/")
    assert browser_of(dora).get("/console/import/").status_code == 403

"""Malformed forms for every page that takes one. Each gets a page that says why, never a 500."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from tests.api.console.browsers import HTMX
from tests.api.console.client import CHECK, UPLOADS
from tests.api.console.test_matrix import ROWS, browser_with_session
from tests.api.console.uploads import complete_upload
from tests.imports import imported
from users_uc.models import User

PAGES = sorted(
    {
        url
        for method, url, *_ in ROWS
        if method == "POST" and "alice" not in url and url not in (UPLOADS, CHECK)
    }
)
FORM = "application/x-www-form-urlencoded"
NAMES = (
    *("email", "password", "next", "current_password", "new_password", "csrfmiddlewaretoken"),
    *("headers", "recognised", "sheets", "field", "encoding", "delimiter", "sheet", "columns"),
    *("mode", "match", "changes", "update", "on_error", "max_errors", "dry_run", "clear_with"),
    *("date_order", "language", "notify", "invite", "after", "again", "forget", "page"),
    *("name", "before.name", "phone", "before.phone", "is_active", "before.is_active"),
    *("before.attributes.x", "attributes.x", "before.", "before.is_superuser", "is_superuser"),
    *("cell-1-0", "cell-2-0", "cell-2-99", "cell--1-0", "cell-2", "cell-", "row-2", "row-x"),
)
TEXTS = {
    "nothing": "",
    "a NUL": "%00",
    "bytes that are not UTF-8": "%ff%fe",
    "a lone surrogate": "%ed%a0%80",
    "half an escape": "%",
    "control characters": "%01%1b%0d%0a",
    "a long text": "x" * 20_000,
    "a list": json.dumps(["x"]),
    "a list that is nested deeply": "[" * 20_000,
    "an object": '{"a":{"b":1}}',
    "a number": "9" * 5_000,
    "a negative number": "-1",
    "another script": "%D9%A3",
    "an address": "//evil.example/%00",
}


@pytest.fixture
def pages(bob: User) -> Mapping[str, str]:
    """Return the URL of each page: of an upload, of an import with a rejected row, of Bob."""
    upload = complete_upload(bob, "email,name\nx@example.com,X\n")
    job = imported("email,name\nrejected,X\n", owner=bob)
    targets = {"bob": bob.pk, "bobs": job.id, "bob_upload": upload.id}
    return {page: page.format(**targets) for page in PAGES}


@pytest.fixture
def as_bob(bob: User) -> Client:
    """Return the browser of Bob, with a session."""
    return browser_with_session(bob)


def ask(browser: Client, url: str, body: bytes, kind: str = FORM, **extra: Any) -> int:
    """Send the body, check that the answer is a page, and roll back its changes."""
    with transaction.atomic():
        answer = browser.generic("POST", url, body, kind, **extra)
        transaction.set_rollback(True)
    assert answer.status_code < 500, (url, answer.content[:500])
    assert answer.status_code < 400 or "html" in answer["Content-Type"]
    return answer.status_code


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_any_text_in_any_field_is_answered(
    as_bob: Client, pages: Mapping[str, str], text: str, headers: dict[str, str]
) -> None:
    body = "&".join(f"{name}={text}" for name in NAMES).encode()
    for url in pages.values():
        ask(as_bob, url, body, headers=headers)


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES)
def test_each_field_alone_is_answered(as_bob: Client, pages: Mapping[str, str], page: str) -> None:
    for name in NAMES:
        ask(as_bob, pages[page], f"{name}=[%00".encode())


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"{}", "application/json"),
        (b"x", "text/plain"),
        (b"--b\r\n", "multipart/form-data; boundary=b"),
        (b"", "multipart/form-data"),
        (b"a=b", f"{FORM}; charset=nope"),
        (b"\xff" * 1000, FORM),
        (b"&" * 100_000, FORM),
        (b"&".join(b"a%d=1" % number for number in range(2_000)), FORM),
        (b"a=" + b"x" * 3_000_000, FORM),
    ],
    ids=["JSON", "text", "part", "no part", "charset", "bytes", "empty", "many", "large"],
)
def test_a_body_that_is_no_form_is_refused(
    as_bob: Client, pages: Mapping[str, str], body: bytes, kind: str
) -> None:
    for url in pages.values():
        ask(as_bob, url, body, kind)

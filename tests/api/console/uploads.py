"""Uploads and their pages and forms, for tests of the console."""

import hashlib
import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Self

from django.core.files.storage import default_storage
from django.http import HttpResponse
from django.test import Client

from console.models import FOLDER, Upload
from tasks.models import ImportJob
from tests.api.console.browsers import HTMX, post
from users_uc.models import User

GERMAN = "E-Mail;Vorname;Nachname;Abteilung\nann@x.com;Ann;Müller;Einkauf\n"
UNKNOWN = "Kontakt;Nome\nann@x.com;Ann\n"
CONTENT = "email,name\nann@x.com,Ann\nbob@y.com,Bo\n"
TRY: dict[str, Any] = {"dry_run": "true"}
IMPORT: dict[str, Any] = {"dry_run": "false"}


def complete_upload(owner: User, content: str | bytes, name: str = "people.csv") -> Upload:
    """Return an upload all of whose bytes are there."""
    data = content.encode() if isinstance(content, str) else content
    upload = Upload.objects.create(
        owner=owner,
        file_name=name,
        size=len(data),
        received=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        is_utf8=_is_utf8(data),
    )
    path_of(upload).parent.mkdir(parents=True, exist_ok=True)
    path_of(upload).write_bytes(data)
    return upload


def path_of(upload: Upload) -> Path:
    """Return the path of the upload's file."""
    return Path(default_storage.path(f"{FOLDER}/{upload.id}"))


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


class Page(HTMLParser):
    """The form of a page as a browser would send it, and the page's text.

    `selects` has the chosen value of each select and its values, by id.
    """

    def __init__(self, answer: HttpResponse) -> None:
        super().__init__()
        self.html = answer.content.decode()
        self.fields: list[tuple[str, str]] = []
        self.selects: dict[str, tuple[str, list[str]]] = {}
        self.texts: list[str] = []
        self._open_details: list[bool] = []
        self._select: tuple[str, str, bool] | None = None
        self._options: list[tuple[str, bool]] = []
        self.is_open: list[bool] = []
        self.feed(self.html)

    @classmethod
    def get(cls, client: Client, upload: Upload) -> Self:
        """Return the page of the upload."""
        answer = client.get(f"/console/uploads/{upload.id}/")
        assert answer.status_code == 200
        return cls(answer)  # type: ignore[arg-type]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = dict(attrs)
        if tag == "details":
            self.is_open.append("open" in has)
        elif tag == "input" and "name" in has:
            is_choice = has.get("type") in ("radio", "checkbox")
            if not is_choice or "checked" in has:
                self.fields.append((has["name"] or "", has.get("value") or ""))
        elif tag == "select":
            self._select = (has.get("id") or "", has.get("name") or "", "disabled" in has)
            self._options = []
        elif tag == "option":
            self._options.append((has.get("value") or "", "selected" in has))

    def handle_endtag(self, tag: str) -> None:
        if tag == "select" and self._select:
            key, name, is_disabled = self._select
            values = [value for value, _ in self._options]
            chosen = next((value for value, selected in self._options if selected), values[0])
            self.selects[key or name] = (chosen, values)
            if not is_disabled:
                self.fields.append((name, chosen))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def text(self) -> str:
        """The visible text, with one blank between words."""
        return " ".join(" ".join(self.texts).split())

    def chosen(self) -> dict[str, str]:
        """Return the chosen field of each column."""
        headers = json.loads(dict(self.fields)["headers"])
        fields = [value for name, value in self.fields if name == "field"]
        return dict(zip(headers, fields, strict=True))

    def form(self, columns: dict[str, str] | None = None, **changes: Any) -> dict[str, Any]:
        """Return the form with other fields of columns and other values."""
        form: dict[str, list[str]] = {}
        for name, value in self.fields:
            form.setdefault(name, []).append(value)
        form["field"] = list((self.chosen() | (columns or {})).values())
        return {**form, **changes}


def preview(browser: Client, upload: Upload, form: dict[str, Any], status: int = 200) -> Page:
    """Send the form as htmx does, and return the part of the page."""
    answer = post(browser, f"/console/uploads/{upload.id}/preview/", form, headers=HTMX)
    assert answer.status_code == status, answer.content.decode()
    return Page(answer)


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

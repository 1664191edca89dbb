"""POST imports/: files whose beginning shows that they cannot be imported."""

import io
import zipfile
from collections.abc import Callable

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from tasks.models import ImportJob
from tests.api.answers import assert_error

URL = "/api/v1/imports/"
CsvFile = Callable[..., SimpleUploadedFile]


def workbook() -> bytes:
    """Return the beginning of an Excel workbook."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return buffer.getvalue()


REFUSED = {
    "no bytes": (b"", "empty_file"),
    "blank lines": (b"\r\n\r\n", "missing_header"),
    "only delimiters": (b";;\r\n,,,\r\n", "missing_header"),
    "only a byte order mark": (b"\xef\xbb\xbf", "missing_header"),
    "data first": (b"ann@x.com,Ann\n", "missing_header"),
    "no e-mail": (b"name,phone\nAnn,1\n", "missing_email_column"),
    "e-mail twice": (b"email,EMAIL\na@x.com,b@x.com\n", "duplicate_header"),
    "two e-mails": (b"email,E-mail\na@x.com,b@x.com\n", "ambiguous_column"),
    "two names": (b"email,name,nome\na@x.com,A,B\n", "ambiguous_column"),
    "a workbook": (workbook(), "not_csv"),
    "an old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "not_csv"),
    "a PDF": (b"%PDF-1.7\n", "not_csv"),
    "gzip": (b"\x1f\x8b\x08\x00", "not_csv"),
    "HTML": (b"\n <!doctype html>", "not_csv"),
    "JSON": (b'[{"email": "a@x.com"}]', "not_csv"),
    "undecodable bytes": (b"email,\x81\n", "undecodable"),
    "one long line": (b"e" * 2_000_000, "line_too_long"),
}


@pytest.mark.parametrize(("content", "code"), REFUSED.values(), ids=REFUSED.keys())
def test_a_refused_upload_is_400_and_leaves_no_file(
    as_bob: APIClient, csv_file: CsvFile, content: bytes, code: str
) -> None:
    answer = as_bob.post(URL, {"file": csv_file(content)}, format="multipart")
    assert_error(answer, 400, code)
    assert not ImportJob.objects.exists()
    assert list(settings.INCOMING_DIR.iterdir()) == []


def test_a_refused_upload_is_not_stored(as_bob: APIClient, csv_file: CsvFile) -> None:
    as_bob.post(URL, {"file": csv_file("email\n")}, format="multipart")
    stored = default_storage.listdir("imports")
    as_bob.post(URL, {"file": csv_file("name\n")}, format="multipart")
    assert default_storage.listdir("imports") == stored

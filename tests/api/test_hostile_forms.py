"""POST imports/: malformed forms. None gets a 500, and none leaves a file."""

import base64
import hashlib
from typing import Any

import pytest
from django.http import HttpResponse
from rest_framework.test import APIClient

from tasks.models import ImportJob
from tests.api.answers import assert_error, message, wrong_fields

pytestmark = pytest.mark.usefixtures("no_file_is_left")
URL = "/api/v1/imports/"
CSV = b"email\nann@x.com\n"
END = b"--b--\r\n"
FILE = b'Content-Disposition: form-data; name="file"; filename="a.csv"'
ENCODED = FILE + b"\r\nContent-Transfer-Encoding: "


def part(head: bytes, content: bytes = CSV) -> bytes:
    """Return a part with the boundary before it."""
    return b"--b\r\n" + head + b"\r\n\r\n" + content + b"\r\n"


def field(name: bytes, value: bytes = b"") -> bytes:
    """Return a part that is not a file."""
    return part(b'Content-Disposition: form-data; name="%b"' % name, value)


def form_with(name: bytes) -> bytes:
    """Return a form whose file has this name parameter."""
    return part(b'Content-Disposition: form-data; name="file"; ' + name) + END


def send(client: APIClient, form: Any) -> HttpResponse:
    """Upload the form and return the answer."""
    return client.generic("POST", URL, form, "multipart/form-data; boundary=b")


NAMES = {
    b'filename="C:\\x\\y.csv"': "y.csv",
    b'filename="C:\\\\x\\\\y.csv"': "y.csv",
    b'filename="a\0b.csv"': "ab.csv",
    b'filename="....//....//a.csv"': "a.csv",
    b'filename="&#46;&#46;&#47;a.csv"': "a.csv",
    b'filename="CON"': "CON",
    b'filename=" "': " ",
    b"filename*=UTF-8''p%C3%A9ople.csv": "péople.csv",
    b"filename*=UTF-8''..%2f..%2fetc%2fpasswd": "passwd",
    b"filename*=UTF-8''..%5c..%5cy.csv": "y.csv",
    b"filename*=UTF-8''a%00b%0a.csv": "ab.csv",
    b"filename*=UTF-8''%ff.csv": "\ufffd.csv",
    b"filename*=hex''a.csv": "a.csv",
    b'filename="p%C3%A9ople%20%22x%22.csv"': 'p\xe9ople "x".csv',
    b'filename="p%c3%a9ople.csv"': "p\xe9ople.csv",
    b'filename="50% off.csv"': "50% off.csv",
    b'filename="p%E9ople.csv"': "p%E9ople.csv",
    b'filename="a%0D%0Ab%00.csv"': "ab.csv",
    b'filename="..%2f..%2fetc%2fpasswd"': "passwd",
    b'filename="..%5C..%5cy.csv"': "y.csv",
    b'filename="%2e%2E"': "%2e%2E",
    b'filename="a%2F"': "a%2F",
    b"filename=\"x.csv\"; filename*=UTF-8''y.csv": "y.csv",
    b'filename*0="x"; filename*1=".csv"': "x.csv",
    b'filename="%b.csv"' % (b"a" * 900): "a" * 251 + ".csv",
    b'filename="%b"' % ("\U0001f600" * 200).encode(): "\U0001f600" * 200,
}


@pytest.mark.parametrize(("name", "expected"), NAMES.items(), ids=range(len(NAMES)))
def test_a_file_name_is_never_a_path(as_bob: APIClient, name: bytes, expected: str) -> None:
    assert send(as_bob, form_with(name)).status_code == 202
    job = ImportJob.objects.get()
    assert (job.file_name, job.file) == (expected, f"imports/{job.id}/original.csv")


NO_FILE = {
    "an empty name": form_with(b'filename=""'),
    "a name of dots": form_with(b'filename=".."'),
    "a name of a slash": form_with(b'filename="/"'),
    "a name of NULs": form_with(b'filename="\0\0"'),
    "a name that is not UTF-8": form_with(b'filename="\xe9.csv"'),
    "a name in an unknown encoding": form_with(b"filename*=nope''a.csv"),
    "a name in an undefined encoding": form_with(b"filename*=undefined''a.csv"),
    "a lone surrogate in the name": form_with(b"filename*=unicode_escape''%5Cud800.csv"),
    "a name with an invalid part number": form_with("filename*²=a".encode()),
    "a part without a name": part(b'Content-Disposition: form-data; filename="a.csv"') + END,
    "two files": part(FILE) * 2 + END,
    "no part": b"",
    "only the final boundary": END,
    "only line endings": b"\r\n" * 5000,
    "line feeds alone": (part(FILE) + END).replace(b"\r\n", b"\n"),
    "another boundary": (part(FILE) + END).replace(b"--b", b"--c"),
    "no final boundary": part(FILE),
    "no last line ending": part(FILE)[:-2],
    "no end of the headers": b"--b\r\n" + FILE,
    "a nested form": part(
        b'Content-Disposition: form-data; name="file"\r\nContent-Type: multipart/mixed; boundary=c',
        b'--c\r\nContent-Disposition: file; filename="a.csv"\r\n\r\n' + CSV + b"\r\n--c--",
    ) + END,
}  # fmt: skip


@pytest.mark.parametrize("form", NO_FILE.values(), ids=NO_FILE.keys())
def test_a_form_without_exactly_one_complete_file_is_400(as_bob: APIClient, form: bytes) -> None:
    answer = send(as_bob, form)
    assert_error(answer, 400, "invalid", file="invalid")
    (error,) = wrong_fields(answer)["file"]
    assert error["message"].startswith("The form does not have exactly one file.")


MALFORMED = {
    "a name of 5,000 characters": (form_with(b'filename="%b"' % (b"a" * 5000)), "1,024 bytes"),
    "a header of 100 KB": (part(FILE + b"\r\nX-Long: " + b"a" * 100_000) + END, "1,024 bytes"),
    "300 headers": (part(FILE + b"\r\nX: a" * 300) + END, "1,024 bytes"),
    "noise": (bytes(range(256)) * 20, "1,024 bytes"),
    "noise after the form": (part(FILE) + END + b"x" * 5000, "1,024 bytes"),
    "invalid base64": (part(ENCODED + b"base64") + END, "base64"),
    "truncated base64": (part(ENCODED + b"base64", b"ZW1haWwKYQ") + END, "base64"),
    "1,001 fields": (
        part(FILE) + b"".join(field(b"f%d" % n) for n in range(1001)) + END, "too many parts",
    ),
    "an option 1,001 times": (part(FILE) + field(b"mode") * 1001 + END, "too many parts"),
    "101 files": (part(FILE) * 101 + END, "too many parts"),
    "10,000 parts without a name": (part(b"X: y") * 10_000 + END, "too many parts"),
    "nothing but boundaries": (b"--b\r\n" * 5000, "too many parts"),
}  # fmt: skip


@pytest.mark.parametrize(("form", "words"), MALFORMED.values(), ids=MALFORMED.keys())
def test_a_malformed_form_is_400_with_the_reason(
    as_bob: APIClient, form: bytes, words: str
) -> None:
    answer = send(as_bob, form)
    assert_error(answer, 400, "parse_error")
    assert words in message(answer)


ACCEPTED = {
    "base64": part(ENCODED + b"base64", base64.b64encode(CSV)),
    "BASE64": part(ENCODED + b"BASE64", base64.b64encode(CSV)),
    "binary": part(ENCODED + b"binary"),
    "quoted-printable, as it is": part(ENCODED + b"quoted-printable"),
    "an unknown encoding, as it is": part(ENCODED + b"x-unknown"),
    "a wrong length": part(FILE + b"\r\nContent-Length: 99999999999"),
    "a negative length": part(FILE + b"\r\nContent-Length: -1"),
    "a charset of a type without one": part(FILE + b"\r\nContent-Type: text/plain; charset=nope"),
    "text before the form": b"hello\r\n" + part(FILE),
    "an attachment": part(FILE.replace(b"form-data", b"attachment")),
    "an option in base64": part(FILE)
    + part(b'Content-Disposition: form-data; name="mode"\r\nContent-Transfer-Encoding: base64',
           b"Y3JlYXRl"),
}  # fmt: skip


@pytest.mark.parametrize("form", ACCEPTED.values(), ids=ACCEPTED.keys())
def test_an_unusual_form_is_accepted(as_bob: APIClient, form: bytes) -> None:
    assert send(as_bob, form + END).status_code == 202
    assert ImportJob.objects.get().sha256 == hashlib.sha256(CSV).hexdigest()

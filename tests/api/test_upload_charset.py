"""POST imports/: the charset of the type `text/csv`, of a body or of a part of a form."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from core.http.content_type import with_plain_types
from tasks.models import ImportJob
from tests.api.answers import assert_error, wrong_fields
from tests.imports import run
from users_uc.models import User

URL = "/api/v1/imports/"
NAME = "Łukasz Żółć"
CONTENT = f"email;name\nann@x.com;{NAME}\n".encode("windows-1250")
DECLARED = "text/csv; charset=windows-1250"


def send(client: Any, kind: str, query: str = "") -> Any:
    return client.generic("POST", f"{URL}{query}", CONTENT, kind)


def send_form(client: APIClient, kind: str, **options: str) -> Any:
    """Send a form whose file has the type `kind`."""
    file = SimpleUploadedFile("people.csv", CONTENT, kind)
    return client.post(URL, {"file": file, **options}, format="multipart")


def as_server_sees(kind: str) -> str:
    """Return the type that a server passes on; the test client skips that step."""
    return with_plain_types(lambda environ, _: str(environ["CONTENT_TYPE"]))(
        {"CONTENT_TYPE": kind}, lambda *_: None
    )


def imported_name() -> str:
    """Run the import and return the name of its user."""
    assert run(ImportJob.objects.get()).encoding == "windows-1250"
    return User.objects.get(email="ann@x.com").name


def test_the_charset_of_a_body_is_its_encoding(as_bob: APIClient) -> None:
    """Fails if the file is read as Windows-1252, which is what so few words look like."""
    answer = send(as_bob, DECLARED)
    assert as_bob.get(answer["Location"]).json()["options"]["encoding"] == "windows-1250"
    assert imported_name() == NAME


@pytest.mark.parametrize("charset", ["windows-1250", "CP1250", '"windows-1250"'])
def test_the_server_passes_the_charset_on(as_bob: APIClient, charset: str) -> None:
    kind = as_server_sees(f"text/csv; charset={charset}")
    assert "; charset" not in kind
    assert send(as_bob, kind).status_code == 202
    assert imported_name() == NAME


def test_the_charset_of_a_part_is_its_encoding(as_bob: APIClient) -> None:
    assert send_form(as_bob, DECLARED).status_code == 202
    assert imported_name() == NAME


@pytest.mark.parametrize("kind", ["text/csv; charset=utf-8", "text/csv; charset=foo"])
def test_the_option_takes_precedence(as_bob: APIClient, kind: str) -> None:
    assert send(as_bob, kind, "?encoding=windows-1250").status_code == 202
    assert imported_name() == NAME


def test_the_option_of_a_form_takes_precedence(as_bob: APIClient) -> None:
    send_form(as_bob, "text/csv; charset=utf-8", encoding="windows-1250")
    assert imported_name() == NAME


@pytest.mark.parametrize("charset", ["foo", "hex", "utf-7", "ibm037", "a" * 100])
def test_an_unknown_charset_is_400(as_bob: APIClient, no_file_is_left: None, charset: str) -> None:
    kind = f"text/csv; charset={charset}"
    for answer in (send(as_bob, as_server_sees(kind)), send_form(as_bob, kind)):
        assert_error(answer, 400, "invalid", **{"Content-Type": "invalid"})
        (error,) = wrong_fields(answer)["Content-Type"]
        assert error["message"].startswith(f"The charset '{charset[:50]}' is not supported. Send ")


def test_bytes_of_another_encoding_than_declared_are_rejected_rows(as_bob: APIClient) -> None:
    send(as_bob, "text/csv; charset=utf-8")
    job = run(ImportJob.objects.get())
    assert (job.created, job.failed) == (0, 1)


@pytest.mark.parametrize("kind", ["application/gzip", "application/zip"])
def test_other_types_have_no_charset(as_bob: APIClient, kind: str) -> None:
    assert send(as_bob, f"{kind}; charset=binary").status_code == 202


def test_the_inspection_reads_the_charset(as_bob: APIClient) -> None:
    for kind, status in ((DECLARED, 200), ("text/csv; charset=foo", 400)):
        form = {"file": SimpleUploadedFile("people.csv", CONTENT, kind)}
        answer = as_bob.post(f"{URL}inspect/", form, format="multipart")
        assert answer.status_code == status

"""POST contacts/inspect/: how an upload would read a file, by its first megabyte."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django.fixtures import DjangoAssertNumQueries
from rest_framework.test import APIClient

from core.http.throttling import WindowThrottle
from tasks.models import ImportJob
from tests.api.answers import assert_error, wrong_fields
from tests.api.conftest import Inspect

URL = "/api/v1/imports/inspect/"
UPLOAD = "/api/v1/imports/"
MEGABYTE = 1024 * 1024


def column(name: str, field: str | None, *samples: str) -> Mapping[str, object]:
    return {"name": name, "field": field, "samples": list(samples)}


def test_the_whole_document(inspect: Inspect) -> None:
    content = "Report\n\nE-Mail;Vorname;Nachname;Handy;Telefon;Ort\na@x.com;Ann;Lee;1;2;Ulm\n"
    assert inspect(content) == {
        "format": "csv",
        "sheet": None,
        "compression": None,
        "encoding": "utf-8",
        "delimiter": ";",
        "header_line": 3,
        "columns": [
            column("E-Mail", "email", "a@x.com"),
            column("Vorname", "first_name", "Ann"),
            column("Nachname", "last_name", "Lee"),
            column("Handy", "phone", "1"),
            column("Telefon", "phone", "2"),
            column("Ort", None, "Ulm"),
        ],
        "mapping": {
            "E-Mail": "email", "Vorname": "first_name", "Nachname": "last_name", "Handy": "phone",
            "Telefon": "phone",
        },
        "ignored_columns": ["Ort"],
        "warnings": [],
        "error": None,
    }  # fmt: skip


def test_three_rows_are_shown_and_cells_are_cut(inspect: Inspect) -> None:
    rows = "".join(f"u{number}@x.com,{'n' * 200}\n" for number in range(9))
    email, name = inspect(f"email,name\n{rows}")["columns"]
    assert email["samples"] == ["u0@x.com", "u1@x.com", "u2@x.com"]
    assert name["samples"] == ["n" * 100] * 3


def test_the_options_decide_how_the_file_is_read(inspect: Inspect) -> None:
    content = "Kontakt|Notas\na@x.com|ação\n".encode("cp850")
    found = inspect(content, encoding="cp850", delimiter="pipe", columns='{"Kontakt": "email"}')
    assert (found["encoding"], found["delimiter"]) == ("ibm850", "|")
    assert found["columns"] == [
        column("Kontakt", "email", "a@x.com"),
        column("Notas", None, "ação"),
    ]


def test_a_guessed_encoding_is_a_warning(inspect: Inspect) -> None:
    found = inspect("email,name\na@x.com,José\n".encode("windows-1252"))
    assert found["encoding"] == "windows-1252"
    assert [warning["code"] for warning in found["warnings"]] == ["encoding_guessed"]
    assert found["columns"][1]["samples"] == ["José"]


@pytest.mark.parametrize(
    "header",
    [
        "email,name,password", "email,name,password_hash", "email,name,Passwort *",
        "email,name,user_pass", "email,name,salt",
    ],
)  # fmt: skip
def test_cells_of_secrets_are_never_shown(inspect: Inspect, header: str) -> None:
    found = inspect(f"{header}\na@x.com,Ann,canary\nb@x.com,Bo,b,canary\nc@x.com,canary\n")
    assert "canary" not in str(found)
    samples = [each["samples"] for each in found["columns"]]
    assert samples == [["a@x.com"], ["Ann"], []]


@pytest.mark.parametrize("field", ["null", '"password"', '"password_hash"'])
def test_cells_of_a_secret_by_an_option_are_never_shown(inspect: Inspect, field: str) -> None:
    header = "password" if field == "null" else "Geheim"
    for email in ("email", "Kontakt"):  # also with an error: no column of e-mail addresses
        found = inspect(f"{email},{header}\na,canary\n", columns=f'{{"{header}": {field}}}')
        assert "canary" not in str(found)
        assert len(found["columns"]) == 2


def test_an_ambiguous_column_proposes_the_option(inspect: Inspect) -> None:
    content = "email,e-mail,name\na@x.com,b@x.com,Ann\n"
    found = inspect(content)
    assert found["error"]["code"] == "ambiguous_column"
    assert found["error"]["columns"] == {"email": "email"}
    assert "email, e-mail" in found["error"]["message"]
    assert found["mapping"] == {"email": "email", "name": "name"}
    assert found["header_line"] == 1
    assert found["columns"][1] == column("e-mail", None, "b@x.com")
    again = inspect(content, columns='{"email": "email"}')
    assert again["error"] is None
    assert again["mapping"] == found["mapping"]


def test_a_missing_column_proposes_the_option_also_beside_another_one(inspect: Inspect) -> None:
    found = inspect("Kontakt;name\na@x.com;Ann\n", delimiter="semicolon")
    assert found["error"]["code"] == "missing_email_column"
    assert found["error"]["columns"] == {"Kontakt": "email"}
    assert found["mapping"] == {"Kontakt": "email", "name": "name"}


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        (b"", "empty_file", None),
        (b"\n\n", "missing_header", None),
        (b"a@x.com,canary\nb@x.com,b\n", "missing_header", None),
        (b"name,phone\nAnn,1\n", "missing_email_column", 1),
        (b"email,email\na@x.com,b\n", "duplicate_header", 1),
        (b"%PDF-1.4", "not_csv", None),
        (b"<html></html>", "not_csv", None),
        (b"\x1f\x8bcanary", "not_csv", None),
        (b"PK\x03\x04canary", "not_csv", None),
    ],
)
def test_the_error_is_that_of_an_upload(
    inspect: Inspect, as_bob: APIClient, content: bytes, code: str, line: int | None
) -> None:
    file = SimpleUploadedFile("people.csv", content)
    uploaded = as_bob.post(UPLOAD, {"file": file}, format="multipart")
    assert_error(uploaded, 400, code)
    found = inspect(content)
    error = uploaded.json()["error"]
    assert found["error"] == {"code": code, "message": error["message"], "columns": None}
    assert found["header_line"] == line
    assert found["mapping"] == {}
    assert "canary" not in str(found)


def test_more_than_a_megabyte_is_413(as_bob: APIClient) -> None:
    for size in (MEGABYTE + 1, MEGABYTE + 200_000):
        file = SimpleUploadedFile("people.csv", b"email\n".ljust(size, b"\n"))
        answer = as_bob.post(URL, {"file": file}, format="multipart")
        assert_error(answer, 413, "too_large")
        assert "1,048,576" in answer.json()["error"]["message"]


def test_other_options_and_forms_are_400(as_bob: APIClient) -> None:
    for options in ({"mode": "create"}, {"encoding": "x"}, {"delimiter": "x"}, {"columns": "x"}):
        file = SimpleUploadedFile("people.csv", b"email\n")
        answer = as_bob.post(URL, {"file": file, **options}, format="multipart")
        assert wrong_fields(answer).keys() == options.keys()
    assert wrong_fields(as_bob.post(URL, {}, format="multipart")).keys() == {"file"}
    assert as_bob.post(URL, {}).status_code == 415


def test_nothing_is_stored(
    inspect: Inspect,
    settings: LazySettings,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    inspect("email\na@x.com\n")
    with django_assert_num_queries(4):  # the token's user; its permissions; the attributes
        inspect("email\na@x.com\n")
    assert not ImportJob.objects.exists()
    assert [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()] == []


def test_the_limit_is_that_of_uploads(as_bob: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(WindowThrottle.THROTTLE_RATES, "upload", "2/min")
    statuses = [as_bob.post(url, {}, format="multipart").status_code for url in (URL, UPLOAD, URL)]
    assert statuses == [400, 400, 429]


def test_a_second_ambiguity_leaves_no_mapping(inspect: Inspect) -> None:
    document = inspect("email,e-mail,name,nome\nann@x.com,b@x.com,Ann,Ann\n")
    assert document["error"]["columns"] == {"email": "email"}
    assert [each["field"] for each in document["columns"]] == [None] * 4

"""POST contacts/inspect/: how an upload would read a file, by its first megabyte."""

import gzip
import random
import tracemalloc
import zipfile
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django.fixtures import DjangoAssertNumQueries
from rest_framework.test import APIClient

from core.http.throttling import WindowThrottle
from tasks.models import ImportJob
from tests.api.answers import assert_error, wrong_fields

URL = "/api/contacts/inspect/"
UPLOAD = "/api/contacts/upload-csv/"
MEGABYTE = 1024 * 1024

type Inspect = Callable[..., Any]


@pytest.fixture
def inspect(as_bob: APIClient) -> Inspect:
    """Return `inspect(content, **options)`: the document about a file."""

    def post(content: str | bytes, **options: str) -> Any:
        data = content.encode() if isinstance(content, str) else content
        answer = as_bob.post(
            URL, {"file": SimpleUploadedFile("people.csv", data), **options}, format="multipart"
        )
        assert answer.status_code == 200, answer.json()
        return answer.json()

    return post


def column(name: str, field: str | None, *samples: str) -> Mapping[str, object]:
    return {"name": name, "field": field, "samples": list(samples)}


def noise_of(size: int) -> bytes:
    """Return the same bytes in each run; nothing compresses them."""
    return random.Random(1).randbytes(size)  # noqa: S311


def rows_of_random_names(size: int) -> bytes:
    """Return a CSV file of more than `size` bytes that compresses badly."""
    names = noise_of(size).hex()
    rows = (f"u{at}@x.com,{names[at : at + 60]}\n" for at in range(0, size, 60))
    return f"email,name\n{''.join(rows)}".encode()


def test_the_whole_document(inspect: Inspect) -> None:
    content = "Report\n\nE-Mail;Vorname;Nachname;Handy;Telefon;Ort\na@x.com;Ann;Lee;1;2;Ulm\n"
    assert inspect(content) == {
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


def test_a_file_may_be_cut_inside_a_character(inspect: Inspect) -> None:
    data = ("email,name\n" + "a@x.com,é\n" * 110_000).encode()
    inside = data.rindex("é".encode(), 0, MEGABYTE) + 1
    assert inspect(data[:inside])["encoding"] == "utf-8"
    assert inspect(gzip.compress(data[:inside]))["encoding"] == "windows-1252"
    short = "email,name\na@x.com,é".encode()[:-1]
    assert inspect(short)["encoding"] == "windows-1252"  # as in an upload


def zipped(*names: str, content: bytes, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name in names:
            archive.writestr(name, b"" if name.endswith("/") else content)
    return buffer.getvalue()


@pytest.mark.parametrize("size", [2000, 3 * MEGABYTE])
@pytest.mark.parametrize("kind", ["gzip", "zip", "stored", "folders"])
def test_a_compressed_file_may_be_cut(inspect: Inspect, kind: str, size: int) -> None:
    content = rows_of_random_names(size)
    data = {
        "gzip": lambda: gzip.compress(content),
        "zip": lambda: zipped("a.csv", content=content),
        "stored": lambda: zipped("a.csv", content=content, method=zipfile.ZIP_STORED),
        "folders": lambda: zipped("a/", "__MACOSX/", "a/b.csv", content=content),
    }[kind]()
    assert (len(data) > MEGABYTE) is (size > MEGABYTE)
    found = inspect(data[:MEGABYTE])
    assert found["error"] is None
    assert found["compression"] == ("gzip" if kind == "gzip" else "zip")
    assert found["mapping"] == {"email": "email", "name": "name"}
    assert found["columns"][0]["samples"][0] == "u0@x.com"


def test_the_beginning_of_a_document_is_not_csv(inspect: Inspect) -> None:
    noise = noise_of(MEGABYTE // 2)
    data = zipped("[Content_Types].xml", "xl/workbook.xml", "xl/a.xml", content=noise)
    error = inspect(data[:MEGABYTE])["error"]
    assert error["code"] == "not_csv"
    assert "Excel" in error["message"]


def test_a_damaged_or_encrypted_file_of_a_megabyte_is_an_error(inspect: Inspect) -> None:
    noise = noise_of(MEGABYTE)
    encrypted = bytearray(zipped("a.csv", content=noise)[:MEGABYTE])
    encrypted[6] |= 1
    unknown = bytearray(encrypted)
    unknown[6], unknown[8] = 0, 12
    damaged = (b"\x1f\x8b" + noise)[:MEGABYTE]
    nothing = (b"PK\x05\x06" + bytes(MEGABYTE))[:MEGABYTE]
    for data in (encrypted, unknown, damaged, nothing):
        assert inspect(bytes(data))["error"]["code"] == "not_csv"


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
    with django_assert_num_queries(3):  # the token's user; its permissions
        inspect("email\na@x.com\n")
    assert not ImportJob.objects.exists()
    assert [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()] == []


def test_the_limit_is_that_of_uploads(as_bob: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(WindowThrottle.THROTTLE_RATES, "upload", "2/min")
    statuses = [as_bob.post(url, {}, format="multipart").status_code for url in (URL, UPLOAD, URL)]
    assert statuses == [400, 400, 429]


def test_a_bomb_is_decompressed_to_a_megabyte(inspect: Inspect) -> None:
    bomb = gzip.compress(b"email\n" + bytes(200 * MEGABYTE), compresslevel=9)
    tracemalloc.start()
    found = inspect(bomb)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found["mapping"] == {"email": "email"}
    assert peak < 20 * MEGABYTE


def test_a_second_ambiguity_leaves_no_mapping(inspect: Inspect) -> None:
    document = inspect("email,e-mail,name,nome\nann@x.com,b@x.com,Ann,Ann\n")
    assert document["error"]["columns"] == {"email": "email"}
    assert [each["field"] for each in document["columns"]] == [None] * 4

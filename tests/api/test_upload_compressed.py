"""POST imports/: files compressed by gzip or zip."""

import gzip
import io
import zipfile
from collections.abc import Callable

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings
from rest_framework.test import APIClient

from tasks.models import ImportJob
from tasks.reading import unpacking
from tests.api.answers import assert_error
from tests.imports import outcome, run
from users_uc.models import User

pytestmark = pytest.mark.usefixtures("no_file_is_left")
URL = "/api/v1/imports/"
CsvFile = Callable[..., SimpleUploadedFile]
Imported = Callable[..., ImportJob]
CSV = "email;name\njose@x.com;José\nbad;Zoë\n".encode("windows-1252")


def zipped(content: bytes, *, name: str = "people.csv") -> bytes:
    """Return a zip archive with one file."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return buffer.getvalue()


LATE = b"email,name\n" + b"ann@x.com,Ann\n" * 100_000 + "jose@x.com,José\n".encode("windows-1252")
"""A file whose first megabyte is ASCII."""

UPLOADS = {"gzip": gzip.compress(CSV), "zip": zipped(CSV), "": CSV}


@pytest.mark.parametrize("kind", UPLOADS)
def test_a_compressed_csv_is_imported(as_bob: APIClient, imported: Imported, kind: str) -> None:
    job = imported(as_bob, UPLOADS[kind])
    assert (job.compression, job.csv_size, job.file_size) == (kind, len(CSV), len(UPLOADS[kind]))
    assert (job.encoding, job.delimiter) == ("windows-1252", ";")
    assert outcome(job) == {"rows": 2, "created": 1, "failed": 1}
    with default_storage.open(job.file) as stored:
        assert stored.read() == UPLOADS[kind]
    answer = as_bob.get(f"/api/v1/imports/{job.id}/rejected-rows.csv").getvalue()
    assert b"\nbad;Zo\xeb;3;email;" in answer


def test_the_status_has_the_compression(as_bob: APIClient, imported: Imported) -> None:
    job = imported(as_bob, UPLOADS["zip"])
    document = as_bob.get(f"/api/v1/imports/{job.id}/").json()["file"]
    assert document["compression"] == "zip"
    assert document["csv_size"] == len(CSV)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (gzip.compress(gzip.compress(CSV)), "gzip file inside another"),
        (gzip.compress(CSV)[:-3], "damaged or incomplete"),
        (gzip.compress(b"%PDF-1.7"), "a PDF"),
        (zipped(zipped(CSV)), "zip archive inside another"),
        (zipped(CSV, name="xl/workbook.xml"), "workbook is damaged"),
    ],
    ids=range(5),
)
def test_a_compressed_file_that_is_no_csv_is_400(
    as_bob: APIClient, csv_file: CsvFile, content: bytes, words: str
) -> None:
    answer = as_bob.post(URL, {"file": csv_file(content)}, format="multipart")
    assert_error(answer, 400, "not_csv")
    assert words in answer.json()["error"]["message"]
    assert not ImportJob.objects.exists()


@pytest.mark.parametrize("compress", [gzip.compress, zipped])
def test_a_file_that_decompresses_to_too_many_bytes_is_413(
    as_bob: APIClient, csv_file: CsvFile, settings: Settings, compress: Callable[[bytes], bytes]
) -> None:
    settings.MAX_UPLOAD_SIZE = 100_000
    for size, status in ((100_000, 202), (100_001, 413)):
        file = csv_file(compress(b"email\n".ljust(size, b"\n")))
        assert as_bob.post(URL, {"file": file}, format="multipart").status_code == status


@pytest.mark.parametrize("compress", [gzip.compress, zipped])
def test_the_plan_finds_the_encoding_and_the_size_of_the_whole_file(
    as_bob: APIClient, csv_file: CsvFile, compress: Callable[[bytes], bytes]
) -> None:
    answer = as_bob.post(URL, {"file": csv_file(compress(LATE))}, format="multipart")
    url = answer.json()["status_url"]
    assert as_bob.get(url).json()["file"]["csv_size"] is None
    job = run(ImportJob.objects.get())
    document = as_bob.get(url).json()
    assert (document["file"]["csv_size"], document["file"]["encoding"]) == (
        len(LATE), "windows-1252",
    )  # fmt: skip
    assert [warning["code"] for warning in document["warnings"]] == ["encoding_guessed"]
    assert outcome(job) == {"rows": 100_001, "created": 2, "failed": 99_999}
    assert User.objects.get(email="jose@x.com").name == "José"


def test_an_option_decides_before_the_plan(as_bob: APIClient, imported: Imported) -> None:
    job = imported(as_bob, gzip.compress(LATE), encoding="utf-8")
    assert (job.encoding, job.csv_size) == ("utf-8", len(LATE))
    assert job.rejections["invalid_utf8"] == 1


LARGE = b"email\n".ljust(3_000_000, b"\n")
BAD_END = {
    "too_large": (gzip.compress(LARGE + b"\n"), "larger than 3,000,000 bytes"),
    "not_csv": (gzip.compress(LARGE)[:-3], "damaged or incomplete"),
}


@pytest.mark.parametrize("code", BAD_END)
def test_an_error_after_the_first_megabyte_fails_the_job(
    as_bob: APIClient, imported: Imported, settings: Settings, code: str
) -> None:
    settings.MAX_UPLOAD_SIZE = len(LARGE)
    content, words = BAD_END[code]
    job = imported(as_bob, content)
    assert (job.status, job.error_code) == ("FAILURE", code)
    assert words in job.error_message


@pytest.mark.parametrize("compress", [gzip.compress, zipped])
def test_a_web_worker_decompresses_the_beginning_only(
    as_bob: APIClient,
    csv_file: CsvFile,
    monkeypatch: pytest.MonkeyPatch,
    compress: Callable[[bytes], bytes],
) -> None:
    """Fails if a web worker reads the whole file, which may take it a minute."""
    sizes: list[int] = []
    read = unpacking._DecompressedStream.read

    def count(stream: unpacking._DecompressedStream, size: int) -> bytes:
        data = read(stream, size)
        sizes.append(len(data))
        return data

    monkeypatch.setattr(unpacking._DecompressedStream, "read", count)
    file = csv_file(compress(b"email\n" + b"a@x.com\n" * 6_000_000))
    assert as_bob.post(URL, {"file": file}, format="multipart").status_code == 202
    assert sum(sizes) < 4_000_000


def test_a_file_that_is_damaged_after_the_upload_fails_its_job(
    as_bob: APIClient, imported: Imported, csv_file: CsvFile
) -> None:
    as_bob.post(URL, {"file": csv_file(UPLOADS["gzip"])}, format="multipart")
    job = ImportJob.objects.get()
    with default_storage.open(job.file, "wb") as stored:
        stored.write(UPLOADS["gzip"][:-3] + b"???")
    run(job)
    assert (job.status, job.error_code) == ("FAILURE", "not_csv")

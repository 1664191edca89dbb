"""Imports through the API and the console, with all files in a bucket."""

import gzip
import io
import os
import random
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from console import tasks
from console.models import Upload
from tasks.lifecycle import retention, sweep
from tasks.models import ImportJob
from tests.api.console.client import create, send
from tests.api.console.uploads import IMPORT, TRY, Page, press
from tests.imports import run
from tests.store import Store
from tests.store_fixtures import bucket, prefix, store
from tests.workbooks import ods, xlsx

__all__ = ["bucket", "prefix", "store"]
PART = 8 * 1024 * 1024
TABLE = [("email", "name"), ("ann@x.com", "Ann"), ("bob@x", "Bob"), ("eve@x.com", "Eve")]
CSV = "\n".join(map(",".join, TABLE)).encode() + b"\n"

pytestmark = pytest.mark.usefixtures("bucket")


def zipped(data: bytes) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as writer:
        writer.writestr("people.csv", data)
    return archive.getvalue()


def padded() -> bytes:
    """Return a table with many rejected rows that no compression makes much shorter."""
    noise = random.Random(1).randbytes(2 * PART).hex().encode()  # noqa: S311
    rows = [noise[at : at + 2000] for at in range(0, len(noise), 2000)]
    return CSV + b"".join(b"x," + row + b"\n" for row in rows)


SMALL: dict[str, Callable[[], bytes]] = {
    "csv": lambda: CSV,
    "gzip": lambda: gzip.compress(CSV),
    "zip": lambda: zipped(CSV),
    "xlsx": lambda: xlsx(TABLE),
    "ods": lambda: ods(TABLE),
}
LARGE: dict[str, Callable[[], bytes]] = {
    "large csv": padded,
    "large gzip": lambda: gzip.compress(padded()),
    "large zip": lambda: zipped(padded()),
}
FILES = SMALL | LARGE


@pytest.mark.parametrize(
    "kind", [*SMALL, *(pytest.param(kind, marks=pytest.mark.slow) for kind in LARGE)]
)
def test_a_file_is_imported(
    as_bob: APIClient, imported: Callable[..., ImportJob], store: Store, prefix: str, kind: str
) -> None:
    job = imported(as_bob, FILES[kind]())
    assert (job.status, job.created) == ("SUCCESS", 2)
    url = f"/api/v1/imports/{job.id}"
    failed = b"".join(as_bob.get(f"{url}/rejected-rows.csv"))
    assert b"bob@x" in failed
    results = b"".join(as_bob.get(f"{url}/results.csv"))
    assert results.count(b",created,") == 2
    sweep.sweep()
    kinds = {"original.csv", *(["sheet"] if job.is_workbook else []), "arrow"}
    assert {kind for kind in kinds if any(kind in key for key in store.keys(prefix))} == kinds
    assert not any("index" in key for key in store.keys(prefix))
    later = timezone.now() - timedelta(days=31)
    ImportJob.objects.update(finished_at=later)
    retention.expire_old()
    assert store.keys(prefix) == []


def test_chunks_with_passwords_are_not_kept(
    as_bob: APIClient, imported: Callable[..., ImportJob], store: Store, prefix: str
) -> None:
    job = imported(as_bob, b"email,password\nann@x.com,correct horse battery\nbob@x,\n")
    results = b"".join(as_bob.get(f"/api/v1/imports/{job.id}/results.csv"))
    assert results.count(b",created,") == 1
    sweep.sweep()
    (index,) = store.keys(prefix)
    assert "/index/" in index


@pytest.mark.parametrize(
    "content", [b"%PDF-1.4", b"%PDF-1.4" + os.urandom(PART)], ids=["small", "large"]
)
def test_a_refused_file_leaves_nothing(
    as_bob: APIClient, store: Store, prefix: str, content: bytes
) -> None:
    body = {"file": SimpleUploadedFile("people.csv", content)}
    answer = as_bob.post("/api/v1/imports/", body, format="multipart")
    assert answer.status_code == 400
    assert store.keys(prefix) == []
    assert store.unfinished(prefix) == []


def parts_of(data: bytes) -> Iterator[tuple[int, bytes]]:
    size = max(len(data) // 3, 1)
    for at in range(0, len(data), size):
        yield at, data[at : at + size]


@pytest.mark.parametrize("kind", ["csv", "xlsx", pytest.param("large csv", marks=pytest.mark.slow)])
def test_the_console_tries_and_imports_a_file(
    browser: Client, store: Store, prefix: str, kind: str
) -> None:
    data = FILES[kind]()
    url = create(browser, size=len(data), name="people")["Location"]
    for at, part in parts_of(data):
        assert send(browser, url, at, part).status_code == 204
    upload = Upload.objects.get()
    assert upload.is_complete
    page = Page.get(browser, upload)
    for form in (TRY, IMPORT):
        press(browser, upload, page.form(**form))
        job = run(ImportJob.objects.latest("created_at"))
        assert (job.status, job.created) == ("SUCCESS", 2)
    assert not Upload.objects.exists()
    assert not [key for key in store.keys(prefix) if "/uploads/" in key]


def test_expired_uploads_are_swept(browser: Client, store: Store, prefix: str) -> None:
    for _ in range(2):
        url = create(browser)["Location"]
        send(browser, url, 0, b"email,name\n")
    expired, kept = Upload.objects.order_by("created_at")
    past = timezone.now() - timedelta(hours=24, minutes=1)
    Upload.objects.filter(pk=expired.pk).update(changed_at=past)
    tasks.sweep_uploads()
    assert {key.split("/")[2] for key in store.keys(prefix)} == {str(kept.pk)}

"""Stored files, in a folder and in a bucket alike."""

import io
import os
from collections.abc import Iterator
from datetime import timedelta

import polars as pl
import pytest
from botocore.awsrequest import AWSRequest
from botocore.exceptions import ClientError
from django.core.files.base import ContentFile, File
from django.utils import timezone

from core.storage.base import CheckedContent, FileStorage, file_storage
from core.storage.bucket import BucketStorage
from local.waiting import wait_until
from tasks import files
from tests.store import Store

LARGE = os.urandom(20 * 1024 * 1024)
"""More than two parts of a multipart upload, and more than two windows of a reader."""


@pytest.mark.parametrize("content", [b"", b"email\n", LARGE], ids=["empty", "small", "large"])
def test_a_file_is_read_as_it_was_stored(storage: FileStorage, content: bytes) -> None:
    name = storage.save("imports/a/original.csv", ContentFile(content))
    assert name == "imports/a/original.csv"
    assert storage.exists(name)
    assert storage.size(name) == len(content)
    with storage.open(name) as file:
        assert file.read() == content
    assert abs(timezone.now() - storage.get_modified_time(name)) < timedelta(minutes=1)


def test_a_file_is_read_from_any_position(storage: FileStorage) -> None:
    name = storage.save("imports/a/original.csv", ContentFile(LARGE))
    with storage.open(name) as file:
        assert file.seek(0, io.SEEK_END) == len(LARGE)
        assert file.read(1) == b""
        for at in (len(LARGE) - 100, 3, 8 * 1024 * 1024 - 1, 15_000_000, 14_999_990):
            file.seek(at)
            assert file.tell() == at
            assert file.read(1000) == LARGE[at : at + 1000]
        with pytest.raises((ValueError, OSError)):
            file.seek(-1)


@pytest.mark.usefixtures("bucket")
def test_the_next_part_of_a_large_object_is_fetched_ahead() -> None:
    """It saves the time of the store, because a plan reads its file from the first byte on."""
    storage = file_storage()
    assert isinstance(storage, BucketStorage)
    name = storage.save("imports/a/original.csv", CheckedContent(io.BytesIO(LARGE)))
    asked: list[str] = []
    note = lambda request, **_: asked.append(request.headers["Range"].decode())  # noqa: E731
    storage.client.meta.events.register("before-send.s3.GetObject", note)
    window = 8 * 1024 * 1024
    with storage.open(name) as file:
        assert file.read(window + 1) == LARGE[: window + 1]
        third = f"bytes={2 * window}-{len(LARGE) - 1}"
        wait_until(lambda: third in asked, timeout=10, what="the third window must be fetched")
        file.seek(5)  # what was fetched ahead is not at this position
        assert file.read(10) == LARGE[5:15]
        file.seek(2 * window)
        assert file.read() == LARGE[2 * window :]


def test_a_missing_file_is_not_found(storage: FileStorage) -> None:
    assert not storage.exists("imports/a/original.csv")
    storage.delete("imports/a/original.csv")
    for use in (storage.open, storage.size, storage.get_modified_time):
        with pytest.raises(FileNotFoundError):
            use("imports/a/original.csv")


def test_a_folder_is_listed(storage: FileStorage) -> None:
    for name in ("imports/a/original.csv", "imports/a/plan/1", "imports/b/original.csv"):
        storage.save(name, ContentFile(b"x"))
    folders, names = storage.listdir("imports/a")
    assert (folders, names) == (["plan"], ["original.csv"])
    assert sorted(storage.listdir("imports")[0]) == ["a", "b"]


def test_all_but_some_files_of_a_folder_are_removed(storage: FileStorage) -> None:
    plan = "imports/a/plan"
    kept = [f"{plan}/index/1", "imports/a/original.csv"]
    for name in (*kept, f"{plan}/1", f"{plan}/index/2", "imports/a/dead/1", "imports/ab/1"):
        storage.save(name, ContentFile(b"x"))
    storage.remove_others("imports/a", keep=[*kept, ""])
    assert all(map(storage.exists, [*kept, "imports/ab/1"]))
    removed = [f"{plan}/1", f"{plan}/index/2", "imports/a/dead/1"]
    assert not any(map(storage.exists, removed))
    storage.remove_others("imports/a", keep=())
    storage.remove_others("imports/none", keep=())
    assert not any(map(storage.exists, kept))


def test_the_storage_can_be_used(storage: FileStorage) -> None:
    storage.probe()


def test_only_a_folder_has_an_end(storage: FileStorage) -> None:
    storage.probe()
    usage = storage.usage()
    assert usage is None or 0 < usage.free <= usage.size


@pytest.mark.usefixtures("bucket")
@pytest.mark.parametrize("kind", [File, CheckedContent])
@pytest.mark.parametrize("content", [b"email\n", LARGE], ids=["at once", "in parts"])
def test_each_request_names_a_type(content: bytes, kind: type[File[bytes]]) -> None:
    """Fails if SeaweedFS compresses the content, which takes longer than to store it."""
    storage = file_storage()
    assert isinstance(storage, BucketStorage)
    types = list[object]()
    for operation in ("PutObject", "CreateMultipartUpload", "UploadPart"):
        storage.client.meta.events.register(
            f"before-send.s3.{operation}",
            lambda request, **_: types.append(request.headers["Content-Type"]),
        )
    storage.save("imports/a/original.csv", kind(io.BytesIO(content)))
    assert len(types) == (1 if content != LARGE else 4)
    compressed = b"application/x-accounts-import+zstd"
    known = {b"application/x-accounts-import"} | ({compressed} if kind is File else set())
    assert {*types} <= known


class BreaksOff(File[bytes]):
    """A content that fails when a part of it is sent already."""

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        yield LARGE
        raise KeyError


@pytest.mark.usefixtures("bucket")
def test_a_file_whose_content_fails_leaves_no_parts(store: Store, prefix: str) -> None:
    with pytest.raises(KeyError):
        file_storage().save("imports/a/sheet.csv", BreaksOff(None))
    assert store.keys(prefix) == []
    assert store.unfinished(prefix) == []


@pytest.mark.usefixtures("bucket")
def test_a_part_that_cannot_be_sent_fails_the_file(store: Store, prefix: str) -> None:
    """Fails if the error of a thread that sends a part is lost."""
    storage = file_storage()
    assert isinstance(storage, BucketStorage)

    def refuse(request: AWSRequest, **_: object) -> None:
        if "partNumber=2" in str(request.url):
            raise ClientError({"Error": {"Code": "QuotaExceeded"}}, "UploadPart")

    storage.client.meta.events.register("before-send.s3.UploadPart", refuse)
    with pytest.raises(OSError, match="QuotaExceeded"):
        storage.save("imports/a/sheet.csv", ContentFile(LARGE))
    assert store.keys(prefix) == []
    assert store.unfinished(prefix) == []


def test_chunks_are_compressed_for_a_store_only(storage: FileStorage) -> None:
    rows = pl.DataFrame({"email": ["ann@example.com"] * 10_000})
    name = files.write_chunk("imports/a", rows)
    assert (storage.size(name) < 100_000) == storage.is_remote
    assert files.read_chunk(name).equals(rows)

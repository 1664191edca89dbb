"""Files that are compressed on their way to a store."""

import io
import os
from collections.abc import Callable

import polars as pl
import pytest
from django.core.files.base import ContentFile
from pyzstd import SeekableZstdFile

from core.storage.base import file_storage
from core.storage.bucket import BucketStorage
from core.storage.errors import DamagedFileError
from local.site import BUCKET
from tasks import files
from tasks.codes import FileError
from tests.imports import make_job, outcome, run
from tests.integration.storage.test_receipts import NAME, received
from tests.store import Store

pytestmark = pytest.mark.usefixtures("bucket")


@pytest.fixture(scope="module")
def rows() -> bytes:
    """Return more than a frame, and compressed more than two parts."""
    return os.urandom(40_000_000).hex().encode()


def stored(store: Store, prefix: str, name: str = NAME) -> bytes:
    """Return the bytes of the object as they are in the store."""
    answer = store.client().get_object(Bucket=BUCKET, Key=f"{prefix}/{name}")
    return answer["Body"].read()


def altered(content: bytes, at: int = 300) -> bytes:
    """Return the content with another bit at this position."""
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


def replace(store: Store, prefix: str, content: bytes, name: str = NAME) -> None:
    """Replace the bytes of the object."""
    client, key = store.client(), f"{prefix}/{name}"
    kind = client.head_object(Bucket=BUCKET, Key=key)["ContentType"]
    client.put_object(Bucket=BUCKET, Key=key, Body=content, ContentType=kind)


def test_an_upload_has_fewer_bytes_in_the_store(store: Store, prefix: str, rows: bytes) -> None:
    received(file_storage(), rows).keep()
    content = stored(store, prefix)
    assert 2 * 8 * 1024 * 1024 < len(content) < 0.7 * len(rows)
    assert SeekableZstdFile(io.BytesIO(content)).read() == rows


def test_it_is_read_from_any_position(rows: bytes) -> None:
    received(file_storage(), rows).keep()
    with file_storage().open(NAME) as file:
        assert file.seek(0, io.SEEK_END) == len(rows)
        assert file.read(1) == b""
        for at in (len(rows) - 10, 3, 64 * 1024 * 1024 - 1, 70_000_000, 100):
            assert file.seek(at) == file.tell() == at
            assert file.read(1000) == rows[at : at + 1000]


def test_an_object_of_an_earlier_version_is_read(store: Store, prefix: str, rows: bytes) -> None:
    kind, key = "application/x-accounts-import", f"{prefix}/{NAME}"
    store.client().put_object(Bucket=BUCKET, Key=key, Body=rows[:1000], ContentType=kind)
    assert file_storage().size(NAME) == 1000
    with file_storage().open(NAME) as file:
        assert file.read() == rows[:1000]


def test_a_large_copy_is_read_as_its_source(store: Store, prefix: str, rows: bytes) -> None:
    storage = file_storage()
    assert isinstance(storage, BucketStorage)
    storage.save(NAME, ContentFile(rows))
    storage.copy(NAME, "imports/b/original.csv")
    assert storage.size("imports/b/original.csv") == len(rows)
    replace(store, prefix, altered(stored(store, prefix, NAME)), "imports/b/original.csv")
    with pytest.raises(DamagedFileError), storage.open("imports/b/original.csv") as file:
        file.read()


@pytest.mark.parametrize("size", [1000, 3_000_000, 20_000_000])
@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content[: len(content) // 2],
        altered,
        lambda content: b"",
        lambda content: content + b"?",
        lambda content: content[1:],
        lambda content: os.urandom(len(content)),
    ],
    ids=["cut off", "altered", "empty", "longer", "without the beginning", "random"],
)
def test_damage_is_found(
    store: Store, prefix: str, rows: bytes, size: int, damage: Callable[[bytes], bytes]
) -> None:
    received(file_storage(), rows[:size]).keep()
    replace(store, prefix, damage(stored(store, prefix)))
    with pytest.raises(DamagedFileError), file_storage().open(NAME) as file:
        file.read()


@pytest.mark.django_db
def test_an_import_of_an_altered_upload_fails(store: Store, prefix: str) -> None:
    content = b"email\n" + b"".join(b"p%d@example.com\n" % n for n in range(1000))
    job = make_job(content)
    received(file_storage(), content, job.file).keep()
    replace(store, prefix, altered(stored(store, prefix, job.file)), job.file)
    run(job)
    assert (job.status, job.error_code) == ("FAILURE", "file_damaged")
    assert outcome(job) == {}


CSV = b"email,name\nann@example.com,Ann\nbob@example.com,Bob\n"


def fails_altered(
    store: Store, prefix: str, name: str, read: Callable[[], object], error: type[Exception]
) -> None:
    """Fail if one altered bit of the object, at any byte, gives another content."""
    content, expected = stored(store, prefix, name), read()
    for at in range(0, len(content), max(1, len(content) // 60)):
        replace(store, prefix, altered(content, at), name)
        try:
            assert read() == expected
        except error:
            continue
    replace(store, prefix, altered(content, len(content) // 2), name)
    with pytest.raises(error):
        read()


def test_an_altered_chunk_is_found(store: Store, prefix: str) -> None:
    rows = pl.DataFrame({"record": range(500), "email": [f"p{n}@x.com" for n in range(500)]})
    name = files.write_chunk("imports/a/plan", rows)
    fails_altered(store, prefix, name, lambda: files.read_chunk(name).to_dicts(), FileError)


def test_a_chunk_without_a_checksum_is_read(store: Store, prefix: str) -> None:
    """An earlier version has written it, and planned the job."""
    rows = pl.DataFrame({"email": ["ann@x.com"]})
    content = stored(store, prefix, files.write_chunk("imports/a/plan", rows))
    name = "imports/a/plan/0123456789abcdef0123456789abcdef.arrow"
    store.client().put_object(Bucket=BUCKET, Key=f"{prefix}/{name}", Body=content)
    assert files.read_chunk(name).equals(rows)


@pytest.mark.django_db
def test_an_altered_sheet_is_found(store: Store, prefix: str) -> None:
    job = make_job(CSV)
    job.compression, job.csv_size = "xlsx", len(CSV)
    job.sheet_file = files.write_sheet(job, [CSV[:20], CSV[20:]])

    def read() -> bytes:
        with files.damage_as_file_error(), files.open_csv(job) as sheet:
            return sheet.read()

    assert read() == CSV
    fails_altered(store, prefix, job.sheet_file, read, FileError)


@pytest.mark.parametrize("name", ["uploads/one/whole", NAME], ids=["complete", "imported"])
def test_an_altered_file_of_the_console_is_found(store: Store, prefix: str, name: str) -> None:
    assembly = file_storage().assembly("uploads/one")
    for at in (0, 20):
        writer = assembly.writer(at)
        writer.write(CSV[at : at + 20] if at == 0 else CSV[at:])
        writer.finish()
    assembly.complete(len(CSV))
    assembly.receipt(NAME).keep()

    def read() -> bytes:
        with file_storage().open(name) as file:
            return bytes(file.read())

    assert read() == CSV
    fails_altered(store, prefix, name, read, DamagedFileError)


def test_an_altered_part_is_not_put_together(store: Store, prefix: str) -> None:
    assembly = file_storage().assembly("uploads/one")
    writer = assembly.writer(0)
    writer.write(CSV)
    writer.finish()
    part = f"uploads/one/parts/{0:016d}-{len(CSV)}"
    replace(store, prefix, altered(stored(store, prefix, part), 20), part)
    with pytest.raises(DamagedFileError):
        assembly.complete(len(CSV))
    with pytest.raises(FileNotFoundError):
        assembly.open()


def test_an_upload_that_breaks_off_sends_nothing_more(
    store: Store, prefix: str, rows: bytes
) -> None:
    receipt = received(file_storage(), rows)
    assert store.unfinished(prefix) != []
    receipt.discard()
    assert store.unfinished(prefix) == []
    storage = file_storage()
    assert isinstance(storage, BucketStorage)
    sent: list[object] = []
    storage.client.meta.events.register("before-send.s3", lambda **event: sent.append(event))
    del receipt
    assert sent == []

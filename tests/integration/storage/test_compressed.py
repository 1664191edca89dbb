"""Files that are compressed on their way to a store."""

import io
import os
from collections.abc import Callable

import pytest
from django.core.files.base import ContentFile
from pyzstd import SeekableZstdFile

from core.storage.base import file_storage
from core.storage.bucket import BucketStorage
from core.storage.errors import DamagedFileError
from local.site import BUCKET
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


def test_other_objects_are_not_compressed(store: Store, prefix: str, rows: bytes) -> None:
    file_storage().save(NAME, ContentFile(rows[:1_000_000]))
    assert stored(store, prefix) == rows[:1_000_000]


@pytest.mark.parametrize("size", [1000, 3_000_000, 20_000_000])
@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content[: len(content) // 2],
        lambda content: content[:300] + bytes([content[300] ^ 1]) + content[301:],
        lambda content: content + b"?",
        lambda content: content[1:],
        lambda content: os.urandom(len(content)),
    ],
    ids=["cut off", "altered", "longer", "without the beginning", "random"],
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
    whole = stored(store, prefix, job.file)
    replace(store, prefix, whole[:300] + bytes([whole[300] ^ 1]) + whole[301:], job.file)
    run(job)
    assert (job.status, job.error_code) == ("FAILURE", "file_damaged")
    assert outcome(job) == {}


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

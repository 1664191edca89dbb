"""Files that arrive in one request, in a folder and in a bucket alike."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from core.storage.base import FileStorage
from core.storage.receipt import Receipt
from tests.integration.storage.test_files import LARGE
from tests.store import Store

NAME = "imports/a/original.csv"

pytestmark = pytest.mark.parametrize(
    "content", [b"", b"email\n", LARGE], ids=["empty", "small", "large"]
)


def received(storage: FileStorage, content: bytes, name: str = NAME) -> Receipt:
    receipt = storage.receive(name)
    for at in range(0, len(content), 1_000_000):
        receipt.write(content[at : at + 1_000_000])
    return receipt


def is_left(storage: FileStorage) -> bool:
    return storage.exists(NAME) or any(settings.INCOMING_DIR.glob("*"))


def test_a_file_is_read_and_then_kept(storage: FileStorage, content: bytes) -> None:
    receipt = received(storage, content)
    assert receipt.open().read() == content
    assert receipt.open().read(3) == content[:3]
    receipt.keep()
    receipt.discard()
    with storage.open(NAME) as file:
        assert file.read() == content
    assert not any(settings.INCOMING_DIR.glob("*"))


def test_a_file_that_nobody_reads_is_kept(storage: FileStorage, content: bytes) -> None:
    receipt = received(storage, content)
    receipt.keep()
    receipt.discard()
    with storage.open(NAME) as file:
        assert file.read() == content


@pytest.mark.parametrize("is_read", [False, True])
def test_a_discarded_file_leaves_nothing(
    storage: FileStorage, store: Store, prefix: str, content: bytes, is_read: bool
) -> None:
    receipt = received(storage, content)
    if is_read:
        receipt.open()
    receipt.discard()
    receipt.discard()
    assert not is_left(storage)
    assert store.unfinished(prefix) == []


def test_what_a_killed_process_was_receiving_is_removed(
    storage: FileStorage, store: Store, prefix: str, content: bytes
) -> None:
    receipt = received(storage, content)
    storage.remove_unfinished(before=timezone.now() - timedelta(hours=1))
    assert receipt.open().read() == content
    receipt.discard()
    abandoned = received(storage, content)
    storage.remove_unfinished(before=timezone.now() + timedelta(minutes=1))
    assert not is_left(storage)
    assert store.unfinished(prefix) == []
    abandoned.discard()

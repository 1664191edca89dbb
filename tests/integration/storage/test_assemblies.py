"""Files that are put together from parts, in a folder and in a bucket alike."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from itertools import count

import pytest

from core.storage.assembly import Assembly
from core.storage.base import FileStorage, file_storage
from core.storage.bucket import BucketStorage
from tests.integration.storage.test_files import LARGE

FOLDER = "uploads"
NAME = f"{FOLDER}/one"


@pytest.fixture
def assembly(storage: FileStorage) -> Assembly:
    """Return a file without any part."""
    return storage.assembly(NAME)


def add(assembly: Assembly, at: int, *blocks: bytes) -> int:
    with assembly.lock():
        writer = assembly.writer(at)
        for block in blocks:
            writer.write(block)
        return writer.finish()


def test_parts_are_put_together(storage: FileStorage, assembly: Assembly) -> None:
    assert storage.assemblies(FOLDER) == set()
    middle = 9_000_000
    assert add(assembly, 0, LARGE[:1000], LARGE[1000:middle]) == middle
    assert assembly.size() == middle
    assert add(assembly, middle, LARGE[middle:]) == len(LARGE)
    assert assembly.size() == len(LARGE)
    assembly.complete(len(LARGE))
    assembly.complete(len(LARGE))
    assert assembly.size() == len(LARGE)
    with assembly.open() as file:
        assert file.read() == LARGE
    assert storage.assemblies(FOLDER) == {NAME}
    assembly.remove()
    assembly.remove()
    assert storage.assemblies(FOLDER) == set()


def test_a_part_that_is_sent_again_counts_once(assembly: Assembly) -> None:
    add(assembly, 0, b"abc")
    add(assembly, 0, b"abcdef")
    add(assembly, 6, b"ghi")
    add(assembly, 3, b"def")
    assert assembly.size() == 9
    assembly.complete(9)
    with assembly.open() as file:
        assert file.read() == b"abcdefghi"


def test_a_part_without_a_byte_changes_nothing(assembly: Assembly) -> None:
    add(assembly, 0, b"abc")
    assert add(assembly, 3) == 3
    assert assembly.size() == 3


@pytest.mark.parametrize("is_kept", [False, True])
def test_a_receipt_leaves_the_file(storage: FileStorage, assembly: Assembly, is_kept: bool) -> None:
    add(assembly, 0, LARGE)
    assembly.complete(len(LARGE))
    receipt = assembly.receipt("imports/a/original.csv")
    assert receipt.open().read() == LARGE
    assert receipt.open().read(10) == LARGE[:10]
    if is_kept:
        receipt.keep()
    receipt.discard()
    assert storage.exists("imports/a/original.csv") is is_kept
    for file in (assembly.open(), *([storage.open("imports/a/original.csv")] if is_kept else [])):
        with file:
            assert file.read() == LARGE


def test_a_file_that_is_gone_is_not_found(assembly: Assembly) -> None:
    for use in (assembly.open, lambda: assembly.receipt("imports/a/original.csv")):
        with pytest.raises(FileNotFoundError):
            use()


@pytest.mark.usefixtures("bucket")
def test_parts_with_a_gap_count_up_to_it() -> None:
    assembly = file_storage().assembly(NAME)
    add(assembly, 0, b"abc")
    add(assembly, 4, b"e")
    assert assembly.size() == 3


@pytest.mark.usefixtures("bucket")
def test_a_file_without_all_parts_is_not_complete() -> None:
    assembly = file_storage().assembly(NAME)
    add(assembly, 0, b"abc")
    with pytest.raises(OSError, match="missing"):
        assembly.complete(4)
    with pytest.raises(FileNotFoundError):
        assembly.open()
    add(assembly, 3, b"d")
    assembly.complete(4)
    with assembly.open() as file:
        assert file.read() == b"abcd"


@contextmanager
def at_request(number: int, act: Callable[[], None]) -> Iterator[None]:
    """Call `act` before this request of the body. The first request has the number 0."""
    storage = file_storage()
    assert isinstance(storage, BucketStorage)
    events, numbers = storage.client.meta.events, count()

    def interrupt(**_: object) -> None:
        if next(numbers) == number:
            events.unregister("before-send.s3", interrupt)
            act()

    events.register("before-send.s3", interrupt)
    yield
    events.unregister("before-send.s3", interrupt)


def both_parts() -> Assembly:
    assembly = file_storage().assembly(NAME)
    add(assembly, 0, b"email\n")
    add(assembly, 6, b"ann@x.com\n")
    return assembly


@pytest.mark.usefixtures("bucket")
@pytest.mark.parametrize("number", range(12))
def test_two_requests_complete_a_file(number: int) -> None:
    """Fails if one stores a file without the parts that the other one has deleted.

    The first one sends nine requests.
    """
    assembly = both_parts()
    complete = partial(assembly.complete, 16)
    with at_request(number, complete), suppress(FileNotFoundError):  # of a part: it is repeated
        complete()
    assert assembly.size() == 16
    with assembly.open() as file:
        assert file.read() == b"email\nann@x.com\n"


@pytest.mark.usefixtures("bucket")
@pytest.mark.parametrize("number", range(3))
def test_the_size_stays_while_another_request_completes_the_file(number: int) -> None:
    """Fails if the parts are counted after they are deleted."""
    assembly = both_parts()
    with at_request(number, partial(assembly.complete, 16)):
        assert assembly.size() == 16

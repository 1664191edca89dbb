"""Files with random faults."""

from collections.abc import Callable
from io import BytesIO
from random import Random
from zipfile import ZipFile

from tests.oracle.attributes import Attributes
from tests.oracle.messy import messy_file
from tests.workbooks import ods, replaced, xlsx

_SPLICES = (
    b"\0", b'"', b"\r", b"\n", b",", b"\xff", b"\xfe\xff", b"\xef\xbb\xbf", b"sep=", b"\xd8\x00",
    b"PK\x03\x04", b"\x1f\x8b\x08", b"email", b"@", b"<html>", b"%PDF-1.7", b'{"a": 1}',
)  # fmt: skip


def _flip_bits(data: bytearray, rng: Random) -> None:
    for _ in range(rng.randrange(1, 9)):
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)


def _truncate(data: bytearray, rng: Random) -> None:
    del data[rng.randrange(len(data)) :]


def _insert(data: bytearray, rng: Random) -> None:
    for _ in range(rng.randrange(1, 4)):
        at = rng.randrange(len(data) + 1)
        data[at:at] = rng.choice(_SPLICES)


def _repeat_part(data: bytearray, rng: Random) -> None:
    """Insert a copy of a part of the file elsewhere."""
    start, at = rng.randrange(len(data)), rng.randrange(len(data))
    data[at:at] = data[start : start + rng.randrange(200)]


def _repeat_byte(data: bytearray, rng: Random) -> None:
    """Repeat a byte so often that lines, cells or numbers of cells become long."""
    at = rng.randrange(len(data))
    data[at:at] = bytes([data[at]]) * rng.choice((300, 5_000, 1_200_000))


_MUTATIONS: tuple[Callable[[bytearray, Random], None], ...] = (
    _flip_bits,
    _truncate,
    _insert,
    _repeat_part,
    _repeat_byte,
)


def _mutated(data: bytes, rng: Random) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 3))):
        if changed:
            rng.choice(_MUTATIONS)(changed, rng)
    return bytes(changed)


def _workbook(rng: Random) -> bytes:
    """Return a workbook with a mutation in one of its files, or in the archive."""
    rows = [["email", "name"], *([f"u{number}@x.com", "Ann\nLee"] for number in range(9))]
    whole = rng.choice((xlsx, ods))(rows)
    if rng.random() < 0.2:
        return _mutated(whole, rng)
    with ZipFile(BytesIO(whole)) as archive:
        name = rng.choice(archive.namelist())
        content = archive.read(name)
    return replaced(whole, {name: _mutated(content, rng)})


def random_file(rng: Random) -> tuple[bytes, dict[str, str], Attributes]:
    """Return a file, its options, and the attributes that it needs."""
    kind = rng.random()
    if kind < 0.1:
        return rng.randbytes(rng.randrange(1, 3000)), {}, ()
    if kind < 0.2:
        return _workbook(rng), {}, ()
    file = messy_file(rng)
    return _mutated(file.data, rng), file.options if rng.random() < 0.8 else {}, file.attributes

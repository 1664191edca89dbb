"""What is inside packed files, and what may not be."""

import gzip
import io
import struct
import tracemalloc
import zipfile
import zlib
from contextlib import suppress
from itertools import repeat

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.codes import FileError
from tasks.reading import unpacking
from tasks.reading.unpacking import compression_of, decompress

CSV = b"email\n" + b"".join(b"user%d@example.com\n" % number for number in range(1000))
GZIP = gzip.compress(CSV, mtime=0)


def zipped(*files: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return buffer.getvalue()


def unpacked(packed: bytes, *, at_once: int = 1000) -> bytes:
    """All of it."""
    with decompress(io.BytesIO(packed), compression_of(packed)) as stream:
        return b"".join(iter(lambda: stream.read(at_once), b""))


def swallow(packed: io.BytesIO) -> None:
    """Read all of it and keep nothing."""
    stream = decompress(packed, compression_of(packed.getvalue()))
    while stream.read(1_000_000):
        pass


def refusal(packed: bytes) -> str:
    """Why it is refused."""
    with pytest.raises(FileError) as caught:
        unpacked(packed)
    assert caught.value.code == "not_csv"
    return str(caught.value.message)


@pytest.mark.parametrize(
    "packed",
    [
        CSV,
        GZIP,
        GZIP + bytes(1000),
        gzip.compress(CSV[:100]) + gzip.compress(b"") + gzip.compress(CSV[100:]),
        zipped(("people.csv", CSV)),
        zipped(("people.csv", CSV), method=zipfile.ZIP_STORED),
        zipped(("/etc/passwd", CSV)),
        zipped(("../../people.csv", CSV)),
        zipped(("people/", b""), ("people/.DS_Store", b"x"), ("people/a.csv", CSV),
               ("__MACOSX/people/._a.csv", b"x")),
    ],
    ids=range(9),
)  # fmt: skip
@pytest.mark.parametrize("at_once", [7, 100_000_000])
def test_the_csv_is_read_from_it(packed: bytes, at_once: int) -> None:
    assert unpacked(packed, at_once=at_once) == CSV


def test_closing_it_closes_the_file() -> None:
    for packed in (CSV, GZIP, zipped(("a.csv", CSV))):
        file = io.BytesIO(packed)
        decompress(file, compression_of(packed)).close()
        assert file.closed


def flagged(bit: int) -> bytes:
    """An archive whose one file has this flag."""
    packed = bytearray(zipped(("a.csv", CSV)))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        packed[packed.index(signature) + offset] |= 1 << bit
    return bytes(packed)


def of_version(version: int) -> bytes:
    """An archive that says which version of the format it needs, in tenths."""
    packed = bytearray(zipped(("a.csv", CSV)))
    packed[packed.index(b"PK\x01\x02") + 6] = version
    return bytes(packed)


def of_size(size: int) -> bytes:
    """An archive whose one file says that it is so large."""
    packed = bytearray(zipped(("a.csv", CSV)))
    struct.pack_into("<I", packed, packed.index(b"PK\x01\x02") + 24, size)
    return bytes(packed)


def pointing_before_itself() -> bytes:
    """An archive whose directory is nearer to its beginning than it says."""
    packed = bytearray(zipped(("a.csv", CSV)))
    at = packed.index(b"PK\x05\x06") + 16
    struct.pack_into("<I", packed, at, struct.unpack_from("<I", packed, at)[0] + 1000)
    return bytes(packed)


def with_directory_of(size: int) -> bytes:
    """An archive with so much of a directory."""
    packed = zipped(("a.csv", CSV))
    end = packed.index(b"PK\x05\x06")
    record = bytearray(packed[end:])
    struct.pack_into("<II", record, 12, size, 0)
    return packed[:end] + bytes(size) + bytes(record)


@pytest.mark.parametrize(
    ("packed", "words"),
    [
        (GZIP[:-1], "gzip file is damaged or incomplete"),
        (GZIP[:20], "gzip file is damaged"),
        (GZIP[:3], "gzip file is damaged"),
        (GZIP + b"more", "gzip file is damaged"),
        (GZIP[:-8] + bytes(8), "gzip file is damaged"),
        (zipped(("a.csv", CSV))[:-40], "zip file is damaged"),
        (of_size(10), "zip file is damaged"),
        (with_directory_of(5_000_000), "zip file is damaged"),
        (pointing_before_itself(), "zip file is damaged"),
        (flagged(0), "is encrypted"),
        (
            flagged(5),
            "unsupported method or feature. Compress the CSV file again",
        ),  # a patch of another file
        (flagged(6), "unsupported method or feature"),  # strong encryption
        (of_version(99), "unsupported method or feature"),
        (zipped(("a.csv", CSV), method=zipfile.ZIP_BZIP2), "unsupported method or feature"),
        (zipped(), "has no file. Put exactly one CSV file into it"),
        (zipped(("a/", b""), (".DS_Store", b"")), "has no file"),
        (zipped(("a.csv", CSV), ("b.csv", CSV)), "2 files: a.csv, b.csv. Put exactly one"),
        (zipped(("xl/workbook.xml", b"")), "an Excel workbook"),
    ],
    ids=range(18),
)
def test_what_cannot_be_read_is_refused(packed: bytes, words: str) -> None:
    assert words in refusal(packed)


class Watched(io.BytesIO):
    """Knows the most that was read at once."""

    most = 0

    def read(self, size: int | None = -1) -> bytes:
        """The same."""
        data = super().read(size)
        self.most = max(self.most, len(data))
        return data


def test_a_large_directory_is_not_read() -> None:
    """Fails when zipfile may read as much at once as an archive says."""
    stream = Watched(with_directory_of(20_000_000))
    with pytest.raises(FileError):
        decompress(stream, "zip")
    assert stream.most < 5_000_000


def test_a_size_that_is_too_large_changes_nothing() -> None:
    assert unpacked(of_size(4_000_000_000)) == CSV


def bomb(size: int) -> bytes:
    """Zeros, a thousandth of them."""
    pack = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join(map(pack.compress, repeat(bytes(1_000_000), size // 1_000_000))) + pack.flush()


@pytest.mark.parametrize("kind", ["gzip", "zip"])
def test_a_bomb_is_refused_in_little_memory(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fails when the ratio is not looked at, or only after the file was unpacked."""
    monkeypatch.setattr(unpacking, "RATIO_COUNTS_FROM", 20_000_000)
    packed = zipped(("a.csv", bytes(30_000_000))) if kind == "zip" else bomb(30_000_000)
    tracemalloc.start()
    with pytest.raises(FileError, match="250 times"):
        swallow(io.BytesIO(packed))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 15_000_000


def test_a_small_file_may_be_packed_well() -> None:
    assert len(unpacked(bomb(30_000_000))) == 30_000_000


@pytest.mark.parametrize("nothing", ["members", "name"])
def test_much_with_nothing_in_it_is_refused_soon(
    nothing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fails when empty members of a gzip, or its name, are read however long they are."""
    monkeypatch.setattr(unpacking, "_SLACK", 200_000)
    more = {"members": gzip.compress(b"") * 50_000, "name": b"\x1f\x8b\x08\x08" + b"x" * 10**6}
    stream = io.BytesIO(GZIP + more[nothing])
    with pytest.raises(FileError):
        swallow(stream)
    assert stream.tell() < 500_000


@given(st.sampled_from([GZIP, zipped(("a.csv", CSV))]), st.data())
@settings(max_examples=300)
def test_damage_leads_nowhere_else(packed: bytes, data: st.DataObject) -> None:
    """Fails when an exception of zipfile, gzip or zlib is not said as a FileError."""
    damaged = bytearray(packed)
    for _ in range(data.draw(st.integers(1, 3))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    with suppress(FileError):
        unpacked(bytes(damaged))

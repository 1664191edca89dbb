"""Compressed files: the CSV file in them, and the files that are refused."""

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
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return buffer.getvalue()


def decompressed(compressed: bytes, *, at_once: int = 1000) -> bytes:
    with decompress(io.BytesIO(compressed), compression_of(compressed)) as stream:
        return b"".join(iter(lambda: stream.read(at_once), b""))


def decompress_all(compressed: io.BytesIO) -> None:
    """Read the stream to its end and keep nothing."""
    stream = decompress(compressed, compression_of(compressed.getvalue()))
    while stream.read(1_000_000):
        pass


def error_message(compressed: bytes) -> str:
    """Return the message of the error that refuses the file."""
    with pytest.raises(FileError) as caught:
        decompressed(compressed)
    assert caught.value.code == "not_csv"
    return str(caught.value.message)


@pytest.mark.parametrize(
    "compressed",
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
def test_a_csv_file_is_decompressed(compressed: bytes, at_once: int) -> None:
    assert decompressed(compressed, at_once=at_once) == CSV


def test_closing_the_stream_closes_the_file() -> None:
    for compressed in (CSV, GZIP, zipped(("a.csv", CSV))):
        file = io.BytesIO(compressed)
        decompress(file, compression_of(compressed)).close()
        assert file.closed


def flagged(bit: int) -> bytes:
    """Return an archive with this flag on its only file."""
    compressed = bytearray(zipped(("a.csv", CSV)))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        compressed[compressed.index(signature) + offset] |= 1 << bit
    return bytes(compressed)


def of_version(version: int) -> bytes:
    """Return an archive that requires this version of the zip format, in tenths."""
    compressed = bytearray(zipped(("a.csv", CSV)))
    compressed[compressed.index(b"PK\x01\x02") + 6] = version
    return bytes(compressed)


def of_size(size: int) -> bytes:
    """Return an archive whose only file claims this size."""
    compressed = bytearray(zipped(("a.csv", CSV)))
    struct.pack_into("<I", compressed, compressed.index(b"PK\x01\x02") + 24, size)
    return bytes(compressed)


def pointing_before_itself() -> bytes:
    """Return an archive whose directory is nearer to its beginning than the archive claims."""
    compressed = bytearray(zipped(("a.csv", CSV)))
    at = compressed.index(b"PK\x05\x06") + 16
    struct.pack_into("<I", compressed, at, struct.unpack_from("<I", compressed, at)[0] + 1000)
    return bytes(compressed)


def with_directory_of(size: int) -> bytes:
    """Return an archive with a directory of this size."""
    compressed = zipped(("a.csv", CSV))
    end = compressed.index(b"PK\x05\x06")
    record = bytearray(compressed[end:])
    struct.pack_into("<II", record, 12, size, 0)
    return compressed[:end] + bytes(size) + bytes(record)


@pytest.mark.parametrize(
    ("compressed", "words"),
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
        (zipped(("xl/styles.xml", b"")), "an incomplete Excel workbook"),
    ],
    ids=range(18),
)
def test_an_unreadable_compressed_file_is_refused(compressed: bytes, words: str) -> None:
    assert words in error_message(compressed)


class MeasuredStream(io.BytesIO):
    """A stream that remembers the size of its largest read."""

    largest_read = 0

    def read(self, size: int | None = -1) -> bytes:
        """Read like the base class."""
        data = super().read(size)
        self.largest_read = max(self.largest_read, len(data))
        return data


def test_a_large_directory_is_not_read() -> None:
    """Fails when zipfile reads as much at once as an archive claims."""
    stream = MeasuredStream(with_directory_of(20_000_000))
    with pytest.raises(FileError):
        decompress(stream, "zip")
    assert stream.largest_read < 5_000_000


def test_a_claimed_size_that_is_too_large_has_no_effect() -> None:
    assert decompressed(of_size(4_000_000_000)) == CSV


def bomb(size: int) -> bytes:
    """Return a gzip file of so many zeros. It has about a thousandth of their size."""
    compressor = zlib.compressobj(9, zlib.DEFLATED, 31)
    return (
        b"".join(map(compressor.compress, repeat(bytes(1_000_000), size // 1_000_000)))
        + compressor.flush()
    )


@pytest.mark.parametrize("kind", ["gzip", "zip"])
def test_a_bomb_is_refused_in_little_memory(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fails when the ratio is not checked, or only after the file is decompressed."""
    monkeypatch.setattr(unpacking, "RATIO_COUNTS_FROM", 20_000_000)
    compressed = zipped(("a.csv", bytes(30_000_000))) if kind == "zip" else bomb(30_000_000)
    tracemalloc.start()
    with pytest.raises(FileError, match="250 times"):
        decompress_all(io.BytesIO(compressed))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 15_000_000


def test_a_small_file_may_have_a_high_compression_ratio() -> None:
    assert len(decompressed(bomb(30_000_000))) == 30_000_000


@pytest.mark.parametrize("filler", ["members", "name"])
def test_endless_gzip_members_and_names_are_refused_early(
    filler: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fails when empty members or the name of a gzip file are read without a limit."""
    monkeypatch.setattr(unpacking, "_SLACK", 200_000)
    more = {"members": gzip.compress(b"") * 50_000, "name": b"\x1f\x8b\x08\x08" + b"x" * 10**6}
    stream = io.BytesIO(GZIP + more[filler])
    with pytest.raises(FileError):
        decompress_all(stream)
    assert stream.tell() < 500_000


@given(st.sampled_from([GZIP, zipped(("a.csv", CSV))]), st.data())
@settings(max_examples=300)
def test_damage_leads_to_no_other_error(compressed: bytes, data: st.DataObject) -> None:
    """Fails when an exception of zipfile, gzip or zlib does not become a `FileError`."""
    damaged = bytearray(compressed)
    for _ in range(data.draw(st.integers(1, 3))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    with suppress(FileError):
        decompressed(bytes(damaged))

"""Decompression of gzip and zip files as a stream; the CSV file is never in memory as a whole."""

import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, BinaryIO, Final, Self, cast

from tasks.codes import FileError
from tasks.reading.formats import check_archive

MAX_RATIO: Final = 250
RATIO_COUNTS_FROM: Final = 100_000_000
"""Bytes to which any file may decompress. Above that, MAX_RATIO limits the decompression."""

_MAX_READ: Final = 4 * 1024 * 1024
_SLACK: Final = 2 * _MAX_READ
"""Compressed bytes that may give no data: directories, names, empty members."""
_SIGNATURES: Final = {
    b"\x1f\x8b": "gzip",
    b"PK\x03\x04": "zip",
    b"PK\x05\x06": "zip",  # an empty archive
}
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_BROKEN: Final = (
    *(EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile),
    UnicodeDecodeError,  # of a name in a zip archive
)


def compression_of(head: bytes) -> str:
    """Return the compression of a file that begins with `head`: `gzip`, `zip`, or empty."""
    kinds = (kind for signature, kind in _SIGNATURES.items() if head.startswith(signature))
    return next(kinds, "")


def decompress(stream: BinaryIO, compression: str) -> BinaryIO:
    """Return the decompressed stream, or `stream` itself if it is not compressed.

    The result can be read once, with `read(size)` only. Closing it closes `stream`. This function
    and `read` raise `FileError` (not_csv).
    """
    if not compression:
        return stream
    return cast("BinaryIO", _DecompressedStream(stream, compression))


@contextmanager
def open_archive(stream: BinaryIO) -> Iterator[zipfile.ZipFile]:
    """Yield the stream as a zip archive. Raises `FileError` (not_csv) if it cannot be read."""
    with file_errors("zip"):
        yield zipfile.ZipFile(cast("IO[bytes]", _CompressedStream(stream)))


@contextmanager
def file_errors(kind: str) -> Iterator[None]:
    """Turn the exceptions of gzip and zipfile into a `FileError`."""
    try:
        yield
    except NotImplementedError:  # zipfile's exception for methods and features that it lacks
        raise FileError("not_csv", "zip_unsupported") from None
    except _BROKEN:
        raise FileError("not_csv", "compressed_file_damaged", kind=kind) from None


class _CompressedStream:
    """The compressed stream as gzip and zipfile see it, with limits on reading without a result."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._read_size = 0
        self.decompressed_size = 0
        self.size = stream.seek(0, io.SEEK_END)
        stream.seek(0)
        self.tell = stream.tell

    def read(self, size: int = -1) -> bytes:
        if size > _MAX_READ:
            raise zipfile.BadZipFile("The directory of the archive is too large.")
        data = self._stream.read(size)
        self._read_size += len(data)
        if self._read_size > 2 * self.decompressed_size + _SLACK:
            raise gzip.BadGzipFile("The file decompresses to nearly nothing.")
        return data

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        if whence == io.SEEK_SET and not 0 <= offset <= self.size:
            raise zipfile.BadZipFile("The archive points beyond its end.")
        return self._stream.seek(offset, whence)

    def seekable(self) -> bool:
        return True


class _DecompressedStream:
    """The decompressed stream, limited in size; errors of gzip and zipfile become `FileError`."""

    def __init__(self, stream: BinaryIO, compression: str) -> None:
        self._stream = stream
        self._compression = compression
        self._compressed = _CompressedStream(stream)
        with file_errors(compression):
            compressed = cast("IO[bytes]", self._compressed)
            self._decompressed = (
                gzip.GzipFile(fileobj=compressed, mode="rb")
                if compression == "gzip"
                else _open_only_file(zipfile.ZipFile(compressed))
            )

    def read(self, size: int) -> bytes:
        with file_errors(self._compression):
            data = self._decompressed.read(min(size, _MAX_READ))
        compressed = self._compressed
        compressed.decompressed_size += len(data)
        limit = max(RATIO_COUNTS_FROM, MAX_RATIO * compressed.size)
        if compressed.decompressed_size > limit:
            raise FileError("not_csv", "decompresses_too_large", times=MAX_RATIO)
        return data

    def close(self) -> None:
        self._decompressed.close()
        self._stream.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _open_only_file(archive: zipfile.ZipFile) -> IO[bytes]:
    """Open the one file of the archive.

    Raises `FileError` if the archive is a document of another kind, or does not have exactly one
    readable file.
    """
    check_archive(archive.namelist())
    files = [info for info in archive.infolist() if not is_ignored(info)]
    if not files:
        raise FileError("not_csv", "zip_empty")
    if len(files) > 1:
        named = ", ".join(info.filename[:50] for info in files[:5])
        raise FileError("not_csv", "zip_several_files", count=len(files), named=named)
    if files[0].flag_bits & 1:
        raise FileError("not_csv", "zip_encrypted")
    if files[0].compress_type not in _METHODS:
        raise FileError("not_csv", "zip_unsupported")
    return archive.open(files[0])


def is_ignored(info: zipfile.ZipInfo) -> bool:
    """Return whether the entry is a folder, or a file that macOS adds to archives."""
    name = info.filename
    return info.is_dir() or name.startswith("__MACOSX/") or name.split("/")[-1] == ".DS_Store"

"""The CSV inside a packed file, as a stream: it is never unpacked as a whole. Knows no Django."""

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
"""A file may unpack to so many bytes; to more only if they are at most MAX_RATIO times its own."""

_MAX_READ: Final = 4 * 1024 * 1024
_SLACK: Final = 2 * _MAX_READ
"""Of what was read, so much may have given nothing: directories, names, empty members."""
_SIGNATURES: Final = {
    b"\x1f\x8b": "gzip",
    b"PK\x03\x04": "zip",
    b"PK\x05\x06": "zip",  # an empty one
}
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_BROKEN: Final = (
    *(EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile),
    UnicodeDecodeError,  # of a name in a zip archive
)


def compression_of(head: bytes) -> str:
    """What a file that begins with `head` is packed in: `gzip`, `zip`, or empty."""
    found = (kind for signature, kind in _SIGNATURES.items() if head.startswith(signature))
    return next(found, "")


def opened(stream: BinaryIO, compression: str) -> BinaryIO:
    """What is packed in the stream, to be read with `read(size)` once; or the stream itself.

    Closing it closes the stream. FileError (not_csv) here and from `read`.
    """
    if not compression:
        return stream
    return cast("BinaryIO", _Unpacked(stream, compression))


class _Packed:
    """The packed stream as gzip and zipfile see it: neither may read much for nothing."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._taken = 0
        self.given = 0
        self.size = stream.seek(0, io.SEEK_END)
        stream.seek(0)
        self.tell = stream.tell

    def read(self, size: int = -1) -> bytes:
        if size > _MAX_READ:
            raise zipfile.BadZipFile("its directory is too large")
        data = self._stream.read(size)
        self._taken += len(data)
        if self._taken > 2 * self.given + _SLACK:
            raise gzip.BadGzipFile("it has nearly nothing in it")
        return data

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        if whence == io.SEEK_SET and not 0 <= offset <= self.size:
            raise zipfile.BadZipFile("it points beyond itself")
        return self._stream.seek(offset, whence)

    def seekable(self) -> bool:
        return True


class _Unpacked:
    """Bounded in what it gives, and a FileError wherever it cannot go on."""

    def __init__(self, stream: BinaryIO, compression: str) -> None:
        self._stream = stream
        self._kind = compression
        self._packed = _Packed(stream)
        with self._said():
            packed = cast("IO[bytes]", self._packed)
            self._inside = (
                gzip.GzipFile(fileobj=packed, mode="rb")
                if compression == "gzip"
                else _only_file(zipfile.ZipFile(packed))
            )

    def read(self, size: int) -> bytes:
        with self._said():
            data = self._inside.read(min(size, _MAX_READ))
        self._packed.given += len(data)
        if self._packed.given > max(RATIO_COUNTS_FROM, MAX_RATIO * self._packed.size):
            raise FileError(
                "not_csv",
                "decompresses_too_large",
                times=MAX_RATIO,
            )
        return data

    def close(self) -> None:
        self._inside.close()
        self._stream.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _said(self) -> Iterator[None]:
        try:
            yield
        except NotImplementedError:  # only zipfile's
            raise FileError("not_csv", "zip_unsupported") from None
        except _BROKEN:
            raise FileError(
                "not_csv",
                "compressed_file_damaged",
                kind=self._kind,
            ) from None


def _only_file(archive: zipfile.ZipFile) -> IO[bytes]:
    """The one file in it. FileError where it is another document or has not one readable file."""
    check_archive(archive.namelist())
    files = [info for info in archive.infolist() if not _is_beside_the_point(info)]
    if len(files) != 1:
        named = ", ".join(info.filename[:50] for info in files[:5])
        if not files:
            raise FileError("not_csv", "zip_empty")
        raise FileError(
            "not_csv",
            "zip_several_files",
            count=len(files),
            named=named,
        )
    if files[0].flag_bits & 1:
        raise FileError("not_csv", "zip_encrypted")
    if files[0].compress_type not in _METHODS:
        raise FileError("not_csv", "zip_unsupported")
    return archive.open(files[0])


def _is_beside_the_point(info: zipfile.ZipInfo) -> bool:
    """Folders, and what macOS puts into archives."""
    name = info.filename
    return info.is_dir() or name.startswith("__MACOSX/") or name.split("/")[-1] == ".DS_Store"

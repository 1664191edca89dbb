"""The beginning of a file of which only the first bytes are there.

A compressed file may end anywhere then. gzip and zipfile cannot read it: the directory of a zip
archive is at its end.
"""

import struct
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipInfo

from tasks.codes import FileError
from tasks.reading.formats import check_archive
from tasks.reading.unpacking import decompress, is_ignored

SIZE: Final = 1024 * 1024
"""Bytes of a beginning, both compressed and decompressed."""
CUT_FROM: Final = 1_000_000
"""Bytes from which a file counts as the beginning of a longer one."""

_GZIP: Final = zlib.MAX_WBITS | 16
_RAW: Final = -zlib.MAX_WBITS
_SIGNATURE: Final = b"PK\x03\x04"
_LOCAL_HEADER: Final = struct.Struct("<4x2xHH4x4x4x4xHH")


def decompress_beginning(data: bytes, compression: str) -> bytes:
    """Return the first decompressed bytes, at most `SIZE`. Raises `FileError` (not_csv)."""
    if not compression:
        return data[:SIZE]
    try:
        return decompress(BytesIO(data), compression).read(SIZE)
    except FileError:
        if len(data) < CUT_FROM:
            raise
    return _inflate(data, _GZIP) if compression == "gzip" else _first_file(data)


def _inflate(data: bytes, window: int) -> bytes:
    kind = "gzip" if window == _GZIP else "zip"
    try:
        return zlib.decompressobj(window).decompress(data, SIZE)
    except zlib.error:
        raise FileError("not_csv", "compressed_file_damaged", kind=kind) from None


def _first_file(data: bytes) -> bytes:
    """Return the beginning of the first file of an archive without its directory."""
    files = list(_files(data))
    check_archive(info.filename for info, _ in files)
    if not files:
        raise FileError("not_csv", "compressed_file_damaged", kind="zip")
    info, at = files[0]
    if info.flag_bits & 1:
        raise FileError("not_csv", "zip_encrypted")
    if info.compress_type == ZIP_STORED:
        return data[at : at + SIZE]
    if info.compress_type != ZIP_DEFLATED:
        raise FileError("not_csv", "zip_unsupported")
    return _inflate(data[at:], _RAW)


def _files(data: bytes) -> Iterator[tuple[ZipInfo, int]]:
    """Yield the files of an archive, each with the position of its data.

    Their sizes are often written behind the data, so the next file is searched by its signature.
    """
    at = data.find(_SIGNATURE)
    while 0 <= at <= len(data) - _LOCAL_HEADER.size:
        flags, method, name, extra = _LOCAL_HEADER.unpack_from(data, at)
        at += _LOCAL_HEADER.size
        info = ZipInfo(data[at : at + name].decode("utf-8", "replace") or "-")
        info.flag_bits, info.compress_type = flags, method
        if not is_ignored(info):
            yield info, at + name + extra
        at = data.find(_SIGNATURE, at)

"""Workbooks: archives that hold sheets instead of a CSV file, and those that are refused."""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO, Final

from tasks.codes import FileError
from tasks.reading.formats import not_csv
from tasks.reading.unpacking import MAX_RATIO, RATIO_COUNTS_FROM, open_archive

XLSX: Final = "xlsx"
ODS: Final = "ods"
WORKBOOKS: Final = (XLSX, ODS)
ENCODING: Final = "utf-8-sig"
DELIMITER: Final = ","
"""The dialect of a sheet's CSV text."""
LINE_BREAK: Final = "\v"
"""A line break in a cell, as Word writes one. So each row of the sheet is one line of CSV."""

_MACROS: Final = ("xl/vbaProject.bin", "xl/macrosheets/", "Basic/")
_MIMETYPE: Final = b"application/vnd.oasis.opendocument.spreadsheet"
_ENCRYPTED: Final = b"manifest:encryption-data"
_MANIFEST_SIZE: Final = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Workbook:
    """A workbook that may be read. `size` is the size of its decompressed files, in bytes."""

    kind: str
    size: int


def find_workbook(stream: BinaryIO) -> Workbook | None:
    """Return the workbook that the zip archive is, or `None` if it is another archive.

    Raises `FileError` (not_csv) for a workbook with macros, with a password, in a binary format, or
    with more data than `decompress` accepts.
    """
    try:
        with open_archive(stream) as archive:
            kind, entries = _kind_of(archive), archive.infolist()
            has_password = any(map(_is_encrypted, entries)) or _is_encrypted_ods(archive)
    except FileError:
        return None  # `decompress` raises it again, or reads what is left of a cut archive
    if not kind:
        return None
    _check_names([entry.filename for entry in entries])
    if has_password:
        raise FileError("not_csv", "workbook_encrypted")
    size = sum(entry.file_size for entry in entries)
    if size > max(RATIO_COUNTS_FROM, MAX_RATIO * stream.seek(0, io.SEEK_END)):
        raise FileError("not_csv", "workbook_too_large")
    return Workbook(kind=kind, size=size)


def _kind_of(archive: zipfile.ZipFile) -> str:
    names = archive.namelist()
    if any(name.startswith("xl/workbook.") for name in names):
        return XLSX
    if not {"content.xml", "encrypted-package"} & set(names):
        return ""
    mimetype = _beginning_of(archive, "mimetype", len(_MIMETYPE))  # no program encrypts it
    return ODS if mimetype == _MIMETYPE else ""


def _beginning_of(archive: zipfile.ZipFile, path: str, size: int) -> bytes:
    """Return at most `size` bytes of the file, and none if it is missing or encrypted."""
    entry = archive.NameToInfo.get(path)
    if entry is None or _is_encrypted(entry):
        return b""
    with archive.open(entry) as file:
        return file.read(size)


def _is_encrypted_ods(archive: zipfile.ZipFile) -> bool:
    """Return whether the manifest names a key: OpenDocument does not use the encryption of zip."""
    return _ENCRYPTED in _beginning_of(archive, "META-INF/manifest.xml", _MANIFEST_SIZE)


def _is_encrypted(entry: zipfile.ZipInfo) -> bool:
    return bool(entry.flag_bits & 1)


def _check_names(names: Sequence[str]) -> None:
    if "xl/workbook.bin" in names:
        raise not_csv("kind_xlsb", "save_as_workbook")
    if any(name.startswith(_MACROS) for name in names):
        raise not_csv("kind_macros", "save_as_workbook")

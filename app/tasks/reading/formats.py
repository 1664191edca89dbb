"""Files of other kinds that are sent as CSV: how to recognise them, and advice for each."""

import re
from collections.abc import Iterable
from typing import Final

from tasks.codes import FileError, Message

_SAVE: Final = "save_as_csv"
_DECOMPRESS: Final = "decompress"
_EXPORT: Final = "export_table"
_ONCE: Final = "compress_once"
_NO_TABLE: Final = "send_table"
_WORKBOOK: Final = "send_whole_workbook"

_OLE: Final = b"\xd0\xcf\x11\xe0"
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
"""The stream of an Office document with a password."""
_BYTES: Final = {
    b"PK\x03\x04": ("kind_zip", _ONCE),
    b"\x1f\x8b": ("kind_gzip", _ONCE),
    _OLE: ("kind_xls", "save_as_workbook"),
    b"\x09\x08": ("kind_biff", "save_as_workbook"),
    b"7z\xbc\xaf\x27\x1c": ("kind_7z", _DECOMPRESS),
    b"Rar!\x1a\x07": ("kind_rar", _DECOMPRESS),
    b"\xfd7zXZ\x00": ("kind_xz", _DECOMPRESS),
    b"\x28\xb5\x2f\xfd": ("kind_zstandard", _DECOMPRESS),
    b"\x04\x22\x4d\x18": ("kind_lz4", _DECOMPRESS),
    b"BZh91AY&SY": ("kind_bzip2", _DECOMPRESS),
    b"%PDF": ("kind_pdf", _NO_TABLE),
    b"%!PS": ("kind_postscript", _NO_TABLE),
    b"\x89PNG\r\n": ("kind_image", _NO_TABLE),
    b"\xff\xd8\xff": ("kind_image", _NO_TABLE),
    b"GIF87a": ("kind_image", _NO_TABLE),
    b"GIF89a": ("kind_image", _NO_TABLE),
    b"II*\x00": ("kind_image", _NO_TABLE),
    b"MM\x00*": ("kind_image", _NO_TABLE),
    b"SQLite format 3\x00": ("kind_sqlite", _EXPORT),
    b"\x00\x01\x00\x00Standard": ("kind_access", _EXPORT),
    b"PAR1\x15": ("kind_parquet", _EXPORT),
    b"ARROW1\x00": ("kind_arrow", _EXPORT),
    b"Obj\x01": ("kind_avro", _EXPORT),
    b"\x7fELF": ("kind_program", _NO_TABLE),
}
_TEXTS: Final = {
    r"<(!doctype\s+html|html|head|body|table|div)\b": ("kind_html", "download_again"),
    r"<(\?|!|[a-z][\w:.-]*[\s>/])": ("kind_xml", _EXPORT),
    r'\{\s*["}]': ("kind_json", _EXPORT),
    r"\[\s*[\"{\[\]]": ("kind_json", _EXPORT),
    r"\{\\rtf": ("kind_rtf", _SAVE),
    r"BEGIN:VCARD": ("kind_vcard", _EXPORT),
    r"BEGIN:VCALENDAR": ("kind_calendar", _NO_TABLE),
    r"ID;P(WXL|CALCOOO)": ("kind_sylk", _SAVE),
    r"(CREATE TABLE|INSERT INTO|DROP TABLE|PRAGMA|-- \w+ dump)\b": ("kind_sql", _EXPORT),
    r"-----BEGIN [A-Z ]+-----": ("kind_key", _NO_TABLE),
}  # fmt: skip
_ARCHIVES: Final = {
    r"xl/": ("kind_xlsx", _WORKBOOK),
    r"word/": ("kind_word", _SAVE),
    r"ppt/": ("kind_powerpoint", _NO_TABLE),
    r"content\.xml$": ("kind_opendocument", _SAVE),
    r"Index/.*\.iwa$": ("kind_iwork", _SAVE),
    r"META-INF/MANIFEST\.MF$": ("kind_java", _NO_TABLE),
}
_TAR_AT: Final = 257


def check_bytes(head: bytes) -> None:
    """Raise `FileError` (not_csv) for the first decompressed bytes of a file of another kind."""
    if head.startswith(_OLE) and _ENCRYPTED in head:
        raise FileError("not_csv", "workbook_encrypted")
    for signature, (kind, advice) in _BYTES.items():
        if head.startswith(signature):
            raise not_csv(kind, advice)
    if head.startswith(b"ustar", _TAR_AT):
        raise not_csv("kind_tar", _DECOMPRESS)


def check_text(text: str) -> None:
    """Raise `FileError` (not_csv) for the first text of a file of another kind."""
    start = text.lstrip()
    for pattern, (kind, advice) in _TEXTS.items():
        if re.match(pattern, start, re.IGNORECASE):
            raise not_csv(kind, advice)


def check_archive(names: Iterable[str]) -> None:
    """Raise `FileError` (not_csv) for a zip archive that is a document, by the names in it."""
    for name in names:
        for pattern, (kind, advice) in _ARCHIVES.items():
            if re.match(pattern, name):
                raise not_csv(kind, advice)


def not_csv(kind: str, advice: str) -> FileError:
    """Return the error of a file of another kind; `kind` and `advice` are message ids."""
    return FileError("not_csv", kind=Message(kind, {}), advice=Message(advice, {}))

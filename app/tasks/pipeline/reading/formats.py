"""Files of other kinds that are sent as CSV: what they are, and what to do. Knows no Django."""

import re
from collections.abc import Iterable
from typing import Final, NoReturn

from tasks.pipeline.codes import FileError

_SAVE: Final = "open it and save it as CSV UTF-8"
_UNPACK: Final = "unpack it, or pack the CSV with gzip or zip instead"
_EXPORT: Final = "export its table as CSV"
_NO_TABLE: Final = "send the table itself as CSV"
_SPREADSHEET: Final = ("an Excel workbook", _SAVE)

_BYTES: Final = {
    b"PK\x03\x04": ("a zip archive inside another", "pack the CSV only once"),
    b"\x1f\x8b": ("a gzip file inside another", "pack the CSV only once"),
    b"\xd0\xcf\x11\xe0": ("an old Excel workbook or another Office document", _SAVE),
    b"\x09\x08": ("a very old Excel workbook", _SAVE),
    b"7z\xbc\xaf\x27\x1c": ("a 7-Zip archive", _UNPACK),
    b"Rar!\x1a\x07": ("a RAR archive", _UNPACK),
    b"\xfd7zXZ\x00": ("an xz file", _UNPACK),
    b"\x28\xb5\x2f\xfd": ("a Zstandard file", _UNPACK),
    b"\x04\x22\x4d\x18": ("an LZ4 file", _UNPACK),
    b"BZh91AY&SY": ("a bzip2 file", _UNPACK),
    b"%PDF": ("a PDF", _NO_TABLE),
    b"%!PS": ("PostScript", _NO_TABLE),
    b"\x89PNG\r\n": ("an image", _NO_TABLE),
    b"\xff\xd8\xff": ("an image", _NO_TABLE),
    b"GIF87a": ("an image", _NO_TABLE),
    b"GIF89a": ("an image", _NO_TABLE),
    b"II*\x00": ("an image", _NO_TABLE),
    b"MM\x00*": ("an image", _NO_TABLE),
    b"SQLite format 3\x00": ("an SQLite database", _EXPORT),
    b"\x00\x01\x00\x00Standard": ("an Access database", _EXPORT),
    b"PAR1\x15": ("a Parquet file", _EXPORT),
    b"ARROW1\x00": ("an Arrow file", _EXPORT),
    b"Obj\x01": ("an Avro file", _EXPORT),
    b"\x7fELF": ("a program", _NO_TABLE),
}
_TEXTS: Final = {
    r"<(!doctype\s+html|html|head|body|table|div)\b": (
        "a web page", "it may be a login or an error page that was downloaded; download it again",
    ),
    r"<(\?|!|[a-z][\w:.-]*[\s>/])": ("XML", _EXPORT),
    r'\{\s*["}]': ("JSON", _EXPORT),
    r"\[\s*[\"{\[\]]": ("JSON", _EXPORT),
    r"\{\\rtf": ("an RTF document", _SAVE),
    r"BEGIN:VCARD": ("vCards", _EXPORT),
    r"BEGIN:VCALENDAR": ("a calendar", _NO_TABLE),
    r"ID;P(WXL|CALCOOO)": ("a SYLK spreadsheet", _SAVE),
    r"(CREATE TABLE|INSERT INTO|DROP TABLE|PRAGMA|-- \w+ dump)\b": ("an SQL script", _EXPORT),
    r"-----BEGIN [A-Z ]+-----": ("a key or an encrypted message", _NO_TABLE),
}  # fmt: skip
_ARCHIVES: Final = {
    r"xl/": _SPREADSHEET,
    r"word/": ("a Word document", _SAVE),
    r"ppt/": ("a PowerPoint document", _NO_TABLE),
    r"content\.xml$": ("an OpenDocument file", _SAVE),
    r"Index/.*\.iwa$": ("a Numbers or Pages document", _SAVE),
    r"META-INF/MANIFEST\.MF$": ("a Java program", _NO_TABLE),
}
_TAR_AT: Final = 257


def refuse_bytes(head: bytes) -> None:
    """An unpacked file of another kind, by its first bytes. FileError: not_csv."""
    for signature, (kind, advice) in _BYTES.items():
        if head.startswith(signature):
            _refuse(kind, advice)
    if head.startswith(b"ustar", _TAR_AT):
        _refuse("a tar archive", _UNPACK)


def refuse_utf16(head: bytes) -> None:
    """UTF-16 that does not say so, by its header: below it NULs are data. FileError: not_csv."""
    header = head.partition(b"\n")[0]
    even, odd = header[::2].count(0), header[1::2].count(0)
    if max(even, odd) > max(len(header) // 10, 4 * min(even, odd)):
        order = "be" if even > odd else "le"
        _refuse(
            "UTF-16 without a byte order mark",
            f"send the option encoding=utf-16-{order}, or save it as UTF-8",
        )


def refuse_text(text: str) -> None:
    """A text of another kind. FileError: not_csv."""
    start = text.lstrip()
    for pattern, (kind, advice) in _TEXTS.items():
        if re.match(pattern, start, re.IGNORECASE):
            _refuse(kind, advice)


def refuse_archive(names: Iterable[str]) -> None:
    """A zip archive that is a document, by the names in it. FileError: not_csv."""
    for name in names:
        for pattern, (kind, advice) in _ARCHIVES.items():
            if re.match(pattern, name):
                _refuse(kind, advice)


def _refuse(kind: str, advice: str) -> NoReturn:
    raise FileError("not_csv", f"This is not CSV: it looks like {kind}; {advice}.")

"""Files of other kinds that are sent as CSV: what they are, and what to do. Knows no Django."""

import re
from collections.abc import Iterable
from typing import Final, NoReturn

from tasks.codes import FileError, Message
from tasks.codes import gettext_noop as _

_SAVE: Final = _("open it and save it as CSV UTF-8")
_UNPACK: Final = _("unpack it, or pack the CSV with gzip or zip instead")
_EXPORT: Final = _("export its table as CSV")
_ONCE: Final = _("pack the CSV only once")
_NO_TABLE: Final = _("send the table itself as CSV")
_SPREADSHEET: Final = (_("an Excel workbook"), _SAVE)

_BYTES: Final = {
    b"PK\x03\x04": (_("a zip archive inside another"), _ONCE),
    b"\x1f\x8b": (_("a gzip file inside another"), _ONCE),
    b"\xd0\xcf\x11\xe0": (_("an old Excel workbook or another Office document"), _SAVE),
    b"\x09\x08": (_("a very old Excel workbook"), _SAVE),
    b"7z\xbc\xaf\x27\x1c": (_("a 7-Zip archive"), _UNPACK),
    b"Rar!\x1a\x07": (_("a RAR archive"), _UNPACK),
    b"\xfd7zXZ\x00": (_("an xz file"), _UNPACK),
    b"\x28\xb5\x2f\xfd": (_("a Zstandard file"), _UNPACK),
    b"\x04\x22\x4d\x18": (_("an LZ4 file"), _UNPACK),
    b"BZh91AY&SY": (_("a bzip2 file"), _UNPACK),
    b"%PDF": (_("a PDF"), _NO_TABLE),
    b"%!PS": (_("PostScript"), _NO_TABLE),
    b"\x89PNG\r\n": (_("an image"), _NO_TABLE),
    b"\xff\xd8\xff": (_("an image"), _NO_TABLE),
    b"GIF87a": (_("an image"), _NO_TABLE),
    b"GIF89a": (_("an image"), _NO_TABLE),
    b"II*\x00": (_("an image"), _NO_TABLE),
    b"MM\x00*": (_("an image"), _NO_TABLE),
    b"SQLite format 3\x00": (_("an SQLite database"), _EXPORT),
    b"\x00\x01\x00\x00Standard": (_("an Access database"), _EXPORT),
    b"PAR1\x15": (_("a Parquet file"), _EXPORT),
    b"ARROW1\x00": (_("an Arrow file"), _EXPORT),
    b"Obj\x01": (_("an Avro file"), _EXPORT),
    b"\x7fELF": (_("a program"), _NO_TABLE),
}
_TEXTS: Final = {
    r"<(!doctype\s+html|html|head|body|table|div)\b": (
        _("a web page"),
        _("it may be a login or an error page that was downloaded; download it again"),
    ),
    r"<(\?|!|[a-z][\w:.-]*[\s>/])": (_("XML"), _EXPORT),
    r'\{\s*["}]': (_("JSON"), _EXPORT),
    r"\[\s*[\"{\[\]]": (_("JSON"), _EXPORT),
    r"\{\\rtf": (_("an RTF document"), _SAVE),
    r"BEGIN:VCARD": (_("vCards"), _EXPORT),
    r"BEGIN:VCALENDAR": (_("a calendar"), _NO_TABLE),
    r"ID;P(WXL|CALCOOO)": (_("a SYLK spreadsheet"), _SAVE),
    r"(CREATE TABLE|INSERT INTO|DROP TABLE|PRAGMA|-- \w+ dump)\b": (_("an SQL script"), _EXPORT),
    r"-----BEGIN [A-Z ]+-----": (_("a key or an encrypted message"), _NO_TABLE),
}  # fmt: skip
_ARCHIVES: Final = {
    r"xl/": _SPREADSHEET,
    r"word/": (_("a Word document"), _SAVE),
    r"ppt/": (_("a PowerPoint document"), _NO_TABLE),
    r"content\.xml$": (_("an OpenDocument file"), _SAVE),
    r"Index/.*\.iwa$": (_("a Numbers or Pages document"), _SAVE),
    r"META-INF/MANIFEST\.MF$": (_("a Java program"), _NO_TABLE),
}
_TAR_AT: Final = 257


def refuse_bytes(head: bytes) -> None:
    """An unpacked file of another kind, by its first bytes. FileError: not_csv."""
    for signature, (kind, advice) in _BYTES.items():
        if head.startswith(signature):
            _refuse(kind, advice)
    if head.startswith(b"ustar", _TAR_AT):
        _refuse(_("a tar archive"), _UNPACK)


def refuse_utf16(head: bytes) -> None:
    """UTF-16 that does not say so, by its header: below it NULs are data. FileError: not_csv."""
    header = head.partition(b"\n")[0]
    even, odd = header[::2].count(0), header[1::2].count(0)
    if max(even, odd) > max(len(header) // 10, 4 * min(even, odd)):
        order = "be" if even > odd else "le"
        _refuse(
            _("UTF-16 without a byte order mark"),
            _("send the option encoding=utf-16-{order}, or save it as UTF-8"),
            order=order,
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


def _refuse(kind: str, advice: str, **values: str) -> NoReturn:
    raise FileError(
        "not_csv",
        "This is not CSV: it looks like {kind}; {advice}.",
        kind=Message(kind, {}),
        advice=Message(advice, values),
    )

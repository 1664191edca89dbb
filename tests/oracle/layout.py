"""The layout of a file: encoding, delimiter, line endings, quotes, compression."""

import csv
import gzip
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Literal

from tests.oracle.cells import BAD_BYTES

_ENCODINGS = (
    ("utf-8", b"", False), ("utf-8", b"", False), ("utf-8", b"\xef\xbb\xbf", False),
    ("utf-16-le", b"\xff\xfe", False), ("utf-16-be", b"\xfe\xff", False),
    ("windows-1252", b"", False), ("windows-1252", b"", False), ("utf-8", b"", True),
    ("windows-1252", b"", True), ("utf-16-le", b"", True), ("utf-16-be", b"\xfe\xff", True),
    ("utf-16-le", b"", False), ("utf-16-be", b"", False),
    ("utf-8", b"\xef\xbb\xbf", True), ("iso-8859-15", b"", True), ("koi8-r", b"", True),
)  # fmt: skip
_INVALID_BYTES = {
    "utf-8": (b"\xff", b"\xe9", b"\xe2\x82", b"\xc0\xaf", b"\xed\xa0\x80", b"\x80", b"\xf8\x88"),
    "windows-1252": (b"\x81", b"\x8d", b"\x8f", b"\x90", b"\x9d"),
    "utf-16-le": (b"\x00\xd8", b"\x00\xdc", b"\x0a\xdc"),
    "utf-16-be": (b"\xd8\x00", b"\xdc\x00", b"\xdc\x0a"),
}
_MACOS_ENTRIES = {"export/": b"", "export/.DS_Store": b"\0", "__MACOSX/export/._people.csv": b"\0"}


@dataclass(frozen=True, kw_only=True)
class Layout:
    """The layout of a file.

    `encoding_option`: the upload sets the option `encoding`. `separator_line`: the first line is
    `sep=` with the delimiter. `trailing`: the surplus delimiters after the header, and after
    each row.
    """

    encoding: str
    bom: bytes
    encoding_option: bool
    delimiter: str
    separator_line: bool
    line_ends: Sequence[str]
    quote_all: bool
    trailing: tuple[int, int]
    compression: str

    def line(self, cells: Sequence[str], *, trailing: int) -> str:
        """Return the cells as a line without its line ending."""
        text = io.StringIO()
        quoting: Literal[0, 1] = csv.QUOTE_ALL if self.quote_all else csv.QUOTE_MINIMAL
        writer = csv.writer(text, delimiter=self.delimiter, lineterminator="", quoting=quoting)
        writer.writerow(cells)
        return text.getvalue() + self.delimiter * trailing

    def line_end(self, rng: Random) -> str:
        """Return a random line ending of the file."""
        return rng.choice(self.line_ends)

    def to_bytes(self, text: str, rng: Random) -> bytes:
        """Return the text as the bytes of the file."""
        invalid = _INVALID_BYTES.get(self.encoding, (b"?",))
        parts = [part.encode(self.encoding, "replace") for part in text.split(BAD_BYTES)]
        content = self.bom + parts[0] + b"".join(rng.choice(invalid) + part for part in parts[1:])
        if self.compression == "gzip":
            return gzip.compress(content, mtime=0)
        if self.compression == "gzip in two":
            half = len(content) // 2
            return gzip.compress(content[:half], mtime=0) + gzip.compress(content[half:], mtime=0)
        return _zip(content) if self.compression == "zip" else content


def _zip(content: bytes) -> bytes:
    """Return a ZIP archive as macOS makes it; with a fixed time, so that it is reproducible."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in ({"export/people.csv": content} | _MACOS_ENTRIES).items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def layout(rng: Random) -> Layout:
    """Return a random layout; common ones are more frequent."""
    encoding, bom, encoding_option = rng.choice(_ENCODINGS)
    line_ends = rng.choice((["\n"], ["\r\n"], ["\n"], ["\r\n"], ["\r"], ["\n", "\r\n", "\r"]))
    return Layout(
        encoding=encoding,
        bom=bom,
        encoding_option=encoding_option,
        delimiter=rng.choice(",,;;\t|"),
        separator_line=rng.random() < 0.1,
        line_ends=line_ends,
        quote_all=rng.random() < 0.2,
        trailing=rng.choice(((0, 0), (0, 0), (0, 0), (0, 2), (1, 0), (1, 1), (3, 3), (2, 1))),
        compression=rng.choices(("", "gzip", "gzip in two", "zip"), (12, 1, 1, 1))[0],
    )

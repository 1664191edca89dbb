"""How a file is written: encoding, delimiter, line ends, quotes, packing."""

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
    ("utf-8", b"\xef\xbb\xbf", True), ("iso-8859-15", b"", True), ("koi8-r", b"", True),
)  # fmt: skip
_NOT_IN = {
    "utf-8": (b"\xff", b"\xe9", b"\xe2\x82", b"\xc0\xaf", b"\xed\xa0\x80", b"\x80", b"\xf8\x88"),
    "windows-1252": (b"\x81", b"\x8d", b"\x8f", b"\x90", b"\x9d"),
    "utf-16-le": (b"\x00\xd8", b"\x00\xdc", b"\x0a\xdc"),
    "utf-16-be": (b"\xd8\x00", b"\xdc\x00", b"\xdc\x0a"),
}
_AS_A_MAC_PACKS = {"export/": b"", "export/.DS_Store": b"\0", "__MACOSX/export/._people.csv": b"\0"}


@dataclass(frozen=True, kw_only=True)
class Layout:
    """`asked`: the upload says the encoding; `named`: the first line says the delimiter."""

    encoding: str
    mark: bytes
    asked: bool
    delimiter: str
    named: bool
    line_ends: Sequence[str]
    quote_all: bool
    trailing: tuple[int, int]
    """Delimiters too many behind the header, and at most so many behind a row."""
    packing: str

    def line(self, cells: Sequence[str], *, trailing: int) -> str:
        """The cells as a line without its end."""
        text = io.StringIO()
        quoting: Literal[0, 1] = csv.QUOTE_ALL if self.quote_all else csv.QUOTE_MINIMAL
        writer = csv.writer(text, delimiter=self.delimiter, lineterminator="", quoting=quoting)
        writer.writerow(cells)
        return text.getvalue() + self.delimiter * trailing

    def end(self, chance: Random) -> str:
        """Of a line."""
        return chance.choice(self.line_ends)

    def packed(self, text: str, chance: Random) -> bytes:
        """The file's bytes."""
        bad = _NOT_IN.get(self.encoding, (b"?",))
        parts = [part.encode(self.encoding, "replace") for part in text.split(BAD_BYTES)]
        content = self.mark + parts[0] + b"".join(chance.choice(bad) + part for part in parts[1:])
        if self.packing == "gzip":
            return gzip.compress(content, mtime=0)
        if self.packing == "gzip in two":
            half = len(content) // 2
            return gzip.compress(content[:half], mtime=0) + gzip.compress(content[half:], mtime=0)
        return _zipped(content) if self.packing == "zip" else content


def _zipped(content: bytes) -> bytes:
    """Beside what a Mac packs with it; at no time, so that it is the same again."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in ({"export/people.csv": content} | _AS_A_MAC_PACKS).items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def layout(chance: Random) -> Layout:
    """One of all; the usual ones more often."""
    encoding, mark, asked = chance.choice(_ENCODINGS)
    usual_ends = chance.choice((["\n"], ["\r\n"], ["\n"], ["\r\n"], ["\r"], ["\n", "\r\n", "\r"]))
    return Layout(
        encoding=encoding,
        mark=mark,
        asked=asked,
        delimiter=chance.choice(",,;;\t|"),
        named=chance.random() < 0.1,
        line_ends=usual_ends,
        quote_all=chance.random() < 0.2,
        trailing=chance.choice(((0, 0), (0, 0), (0, 0), (0, 2), (1, 0), (1, 1), (3, 3), (2, 4))),
        packing=chance.choices(("", "gzip", "gzip in two", "zip"), (12, 1, 1, 1))[0],
    )

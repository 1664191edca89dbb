"""What kind of text the file is, told from its beginning."""

import csv
from dataclasses import dataclass
from typing import Final

from tasks.pipeline.codes import FileError
from tasks.pipeline.header import count_known

HEAD_SIZE: Final = 64 * 1024
"""How many bytes of a file are enough to tell; the header must end within them."""

_BOM = b"\xef\xbb\xbf"
_DELIMITERS = (",", ";")
_NOT_CSV = {
    b"PK\x03\x04": "an Excel workbook or another zip archive; save it as CSV UTF-8",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook; save it as CSV UTF-8",
    b"%PDF": "a PDF",
    b"\x1f\x8b": "a gzip archive; unpack it first",
    b"<": "HTML or XML",
    b"{": "JSON",
    b"[": "JSON",
}


@dataclass(frozen=True)
class Dialect:
    """`encoding` as Python names it; `utf-8-sig` where a byte order mark leads."""

    encoding: str
    delimiter: str

    @property
    def bom_size(self) -> int:
        """Bytes to leave out at the file's beginning."""
        return len(_BOM) if self.encoding == "utf-8-sig" else 0


def sniff(head: bytes) -> Dialect:
    """The dialect of a file that begins with `head` (HEAD_SIZE bytes or the whole file).

    FileError: empty_file, not_csv, undecodable, missing_header.
    """
    if not head:
        raise FileError("empty_file", "The file is empty.")
    _refuse_other_formats(head)
    has_bom = head.startswith(_BOM)
    first_line = _first_line(head.removeprefix(_BOM))
    delimiter = max(_DELIMITERS, key=lambda d: _score(first_line, d))
    return Dialect("utf-8-sig" if has_bom else "utf-8", delimiter)


def _refuse_other_formats(head: bytes) -> None:
    start = head.removeprefix(_BOM).lstrip()
    for signature, kind in _NOT_CSV.items():
        if start.startswith(signature):
            raise FileError("not_csv", f"This is not CSV: it looks like {kind}.")
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FileError("undecodable", "The file is UTF-16; save it as CSV UTF-8.")


def _first_line(head: bytes) -> str:
    """The first line that is not blank."""
    lines = (line for line in head.splitlines() if line.strip())
    line = next(lines, None)
    if line is None:
        raise FileError("missing_header", "The file has blank lines only; begin with a header.")
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        raise FileError("undecodable", "The header is not UTF-8; save it as CSV UTF-8.") from None


def _score(line: str, delimiter: str) -> tuple[int, int]:
    cells = next(csv.reader([line], delimiter=delimiter), [])
    return count_known(cells), len(cells)

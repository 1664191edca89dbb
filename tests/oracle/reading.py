"""Reading a file into records: decompressed, decoded and split in memory as a whole."""

import gzip
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.oracle.splitting import FileError, StrayQuoteError, split

__all__ = ["FileError"]
DELIMITERS = (",", ";", "\t", "|")
BOMS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
COMPATIBLE_ENCODINGS = {"utf-8-sig": {"utf-8", "utf-8-sig"}, "utf-16-le": {"utf-16", "utf-16-le"},
                "utf-16-be": {"utf-16", "utf-16-be"}}  # fmt: skip


@dataclass(frozen=True)
class Record:
    """A record; `line` is its first line, `cells` is None if its quoting is malformed."""

    line: int
    cells: list[str] | None
    text: str

    @property
    def height(self) -> int:
        """Return the number of its lines."""
        return len(physical_lines(self.text))

    @property
    def is_valid_text(self) -> bool:
        """Return whether all bytes were decoded; each invalid one became a lone surrogate."""
        return not any("\ud800" <= character <= "\udfff" for character in self.text)

    @property
    def is_empty(self) -> bool:
        """Return whether the record has only blanks, quotes and delimiters of any kind."""
        cells = [self.text] if self.cells is None else self.cells
        return all(c.isspace() or c in {*DELIMITERS, '"'} for cell in cells for c in cell)


def decompressed(data: bytes) -> tuple[bytes, str | None]:
    """Return the CSV file and the name of its compression."""
    if data.startswith(b"\x1f\x8b"):
        return gzip.decompress(data), "gzip"
    if data.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            (name,) = [name for name in archive.namelist() if _is_content(name)]
            return archive.read(name), "zip"
    return data, None


def _is_content(name: str) -> bool:
    parts = name.split("/")
    return parts[0] != "__MACOSX" and parts[-1] not in ("", ".DS_Store")


def decoded(data: bytes, requested: str | None) -> tuple[str, str]:
    """Return the name of the encoding and the text without its byte order mark."""
    for bom, name in BOMS.items():
        if data.startswith(bom):
            if requested and requested not in COMPATIBLE_ENCODINGS[name]:
                raise FileError("undecodable")
            return name, _text(data.removeprefix(bom), name.removesuffix("-sig"))
    name = requested or _utf16(data) or ("utf-8" if _is_utf8(data) else "windows-1252")
    return name, _text(data, name)


def _utf16(data: bytes) -> str | None:
    """Return UTF-16 in the byte order in which more than a fifth of the file is ASCII."""
    for name in ("utf-16-le", "utf-16-be"):
        text = data.decode(name, "replace")
        letters = [character for character in text if "\0" < character < "\x7f"]
        if len(letters) * 5 > len(text):
            return name
    return None


def _text(data: bytes, encoding: str) -> str:
    """Decode the bytes; invalid ones become lone surrogates."""
    errors = "surrogatepass" if encoding.startswith("utf-16") else "surrogateescape"
    return data.decode(encoding, errors)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def utf8_size(line: str) -> int:
    """Return the size of a line in the UTF-8 in which the importer reads it."""
    return len(line.encode("utf-8", "surrogatepass"))


def physical_lines(text: str) -> list[str]:
    """Split the text at LF, CR LF and CR only; each line keeps its line ending."""
    return list(io.StringIO(text, newline=""))


def separator(lines: Sequence[str]) -> str | None:
    """Return the delimiter in Excel's first line `sep=;`."""
    first = lines[0].rstrip("\r\n") if lines else ""
    return first[4:] if first[:4] == "sep=" and first[4:] in DELIMITERS else None


def records(lines: Sequence[str], delimiter: str, *, start: int = 0) -> Iterator[Record]:
    """Yield the records of the lines from index `start` on, without rows of blank cells."""
    at = start
    while at < len(lines):
        try:
            cells, height = split(lines, at, delimiter)
        except StrayQuoteError:
            # A stray quote affects only its line, not all lines up to the next quote.
            yield Record(at + 1, None, lines[at])
            height = 1
        else:
            if any(cell.strip() for cell in cells):
                yield Record(at + 1, cells, "".join(lines[at : at + height]))
        at += height


def encoded(text: str, encoding: str) -> bytes:
    """Return the bytes from which `decoded` made the text."""
    errors = "surrogatepass" if encoding.startswith("utf-16") else "surrogateescape"
    return text.encode(encoding.removesuffix("-sig"), errors)

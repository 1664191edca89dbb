"""A file's bytes as records: unpacked, decoded and split as a whole, in memory."""

import csv
import gzip
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

DELIMITERS = (",", ";", "\t", "|")
BOMS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
MAY_BE_ASKED = {"utf-8-sig": {"utf-8", "utf-8-sig"}, "utf-16-le": {"utf-16", "utf-16-le"},
                "utf-16-be": {"utf-16", "utf-16-be"}}  # fmt: skip


class FileRefusedError(Exception):
    """No row of the file is imported; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Record:
    """`line` is the first physical line; `cells` is None where the quoting is malformed."""

    line: int
    cells: list[str] | None
    text: str

    @property
    def is_sound_text(self) -> bool:
        """Whether every byte of it was a character: those that were not are lone surrogates."""
        return not any("\ud800" <= character <= "\udfff" for character in self.text)

    @property
    def says_nothing(self) -> bool:
        """Whether it has only blanks, quotes and delimiters, of this file or another."""
        cells = [self.text] if self.cells is None else self.cells
        return all(c.isspace() or c in {*DELIMITERS, '"'} for cell in cells for c in cell)


def unpacked(data: bytes) -> tuple[bytes, str | None]:
    """The CSV, and what it was packed in."""
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


def decoded(data: bytes, asked: str | None) -> tuple[str, str]:
    """The encoding's name and the text without its byte order mark."""
    for mark, name in BOMS.items():
        if data.startswith(mark):
            if asked and asked not in MAY_BE_ASKED[name]:
                raise FileRefusedError("undecodable")
            return name, _text(data.removeprefix(mark), name.removesuffix("-sig"))
    name = asked or ("utf-8" if _is_utf8(data) else "windows-1252")
    return name, _text(data, name)


def _text(data: bytes, encoding: str) -> str:
    """Bytes that the encoding does not have become lone surrogates."""
    errors = "surrogatepass" if encoding.startswith("utf-16") else "surrogateescape"
    return data.decode(encoding, errors)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def physical_lines(text: str) -> list[str]:
    """LF, CR LF and CR end a line, whatever else stands in the file; each keeps its end."""
    return list(io.StringIO(text, newline=""))


def separator(lines: Sequence[str]) -> str | None:
    """The delimiter that Excel's first line `sep=;` names."""
    first = lines[0].rstrip("\r\n") if lines else ""
    return first[4:] if first[:4] == "sep=" and first[4:] in DELIMITERS else None


def records(lines: Sequence[str], delimiter: str, *, start: int = 0) -> Iterator[Record]:
    """What stands in the lines from index `start` on, without the blank ones."""
    at = start
    while at < len(lines):
        if _is_blank(lines[at], delimiter):
            at += 1
            continue
        rest = map(lines.__getitem__, range(at, len(lines)))
        reader = csv.reader(rest, delimiter=delimiter, strict=True)
        try:
            cells, height = next(reader), reader.line_num
        except csv.Error as error:
            if str(error) == "unexpected end of data":
                raise FileRefusedError("unclosed_quote") from None
            # One stray quote costs one line, not all up to the next quote.
            cells, height = None, 1
        yield Record(at + 1, cells, "".join(lines[at : at + height]))
        at += height


def _is_blank(line: str, delimiter: str) -> bool:
    return set(line.rstrip("\r\n")) <= {" ", "\t"} - {delimiter}


def encoded(text: str, encoding: str) -> bytes:
    """The bytes that `decoded` gave the text for."""
    errors = "surrogatepass" if encoding.startswith("utf-16") else "surrogateescape"
    return text.encode(encoding.removesuffix("-sig"), errors)

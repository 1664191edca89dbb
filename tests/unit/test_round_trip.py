"""Tables that Python's csv module writes, in any dialect and encoding, and that are read back."""

import codecs
import csv
from io import BytesIO, StringIO
from itertools import pairwise

import polars as pl
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tasks.reading.decoding import detect
from tasks.reading.labels import is_row_of_labels
from tasks.reading.rejections import SCHEMA
from tasks.reading.table import Table

BOMS = {
    "utf-8-sig": codecs.BOM_UTF8,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
}
ENCODINGS = ["utf-8", *BOMS, "windows-1252"]
UNDECODABLE = {
    "utf-8": [b"\xff", b"\xc3", b"\xed\xb2\x81", b"\x80\x80"],
    "utf-8-sig": [b"\xff"],
    "utf-16-le": [b"\x00\xd8", b"\x0a\xdc"],
    "utf-16-be": [b"\xd8\x00", b"\xdc\x0a"],
    "windows-1252": [b"\x81", b"\x8d\x8f", b"\x90", b"\x9d"],
}
"""Bytes that an encoding cannot decode, whatever stands before and after them."""
WESTERN = bytes(range(256)).decode("windows-1252", "ignore")
HEADER = ("email", "name", "phone")
POSITIONS = {field: at for at, field in enumerate(HEADER)}
PIECES = ["", " ", ",", ";", "\t", "|", '"', "\n", "\r\n", "\r", "\f", "\v", "plain", "é"]


def cells(encoding: str) -> st.SearchStrategy[str]:
    """Return a strategy for texts that the encoding can write, most of them difficult."""
    if encoding == "windows-1252":
        return st.one_of(st.text(st.sampled_from(WESTERN), max_size=9), st.sampled_from(PIECES))
    pieces = [*PIECES, "\x85", "\u2028", "\ufeff", "\U0001f600"]
    characters = st.characters(exclude_categories=["Cs"])
    return st.one_of(st.text(characters, max_size=9), st.sampled_from(pieces))


@st.composite
def files(draw: st.DrawFn) -> tuple[str, str, bytes]:
    """Draw a table in any dialect: its encoding, its text and its bytes."""
    encoding = draw(st.sampled_from(ENCODINGS))
    clean = ["", "a", "b é", *(["\ufeffx"] if encoding != "windows-1252" else [])]
    cell = draw(st.sampled_from([cells(encoding), st.sampled_from(clean)]))
    table = draw(st.lists(st.tuples(cell, cell, cell), max_size=12))
    # A first row such as "MAIL,," names the fields once more, and is no row of users.
    assume(not any(is_row_of_labels(row, POSITIONS) for row in table))
    out = StringIO(newline="")
    csv.writer(
        out,
        delimiter=draw(st.sampled_from(",;\t|")),
        lineterminator=draw(st.sampled_from(["\n", "\r\n", "\r"])),
        quoting=draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])),
    ).writerows([HEADER, *table])
    return encoding, out.getvalue(), as_bytes(out.getvalue(), encoding)


def as_bytes(text: str, encoding: str) -> bytes:
    """Return the bytes of a file, with a byte order mark if the encoding needs one."""
    return BOMS.get(encoding, b"") + text.encode(encoding.removesuffix("-sig"))


def by_csv(text: str) -> list[tuple[int | str, ...]]:
    """Return record number, first line and cells of each row, as the csv module reads them.

    A row of blank cells is no record.
    """
    filled = [
        (before + 1, row) for (_, before), (row, _) in pairwise(rows(text)) if has_content(row)
    ]
    return [(number, line, *row) for number, (line, row) in enumerate(filled, start=1)]


def rows(text: str) -> list[tuple[list[str], int]]:
    """Return the cells of each row, and the number of lines up to its end."""
    delimiter = text[len('"email"') if text[0] == '"' else len("email")]
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    return [(row, reader.line_num) for row in reader]


def has_content(row: list[str]) -> bool:
    """Return whether a cell is not blank."""
    return any(cell.strip() for cell in row)


def rows_and_rejections(
    table: Table, block_size: int
) -> tuple[list[tuple[int | str, ...]], pl.DataFrame]:
    batches = list(table.batches(block_size))
    empty = pl.DataFrame(schema=SCHEMA)
    rejections = pl.concat([empty, *(batch.rejected for batch in batches)])
    return [row for batch in batches for row in batch.rows.rows()], rejections


@given(files(), st.integers(1, 60))
@settings(max_examples=500)
def test_any_table_is_read_as_it_was_written(file: tuple[str, str, bytes], size: int) -> None:
    """Fails when a block ends between CR and LF, or a BOM inside is taken for the file's own."""
    encoding, text, data = file
    certain = detect(data, is_utf8=encoding.startswith("utf-8"))
    assert certain == (None if encoding == "windows-1252" else encoding)
    found, rejections = rows_and_rejections(Table(BytesIO(data), encoding=encoding), size)
    assert found == by_csv(text)
    assert rejections.is_empty()


@given(files(), st.data())
def test_the_original_bytes_come_back(file: tuple[str, str, bytes], data: st.DataObject) -> None:
    """Fails when an undecodable byte becomes U+FFFD, or the byte order mark is lost."""
    encoding, text, _ = file
    assume(all(has_content(row) for row, _ in rows(text)))
    undecodable = data.draw(st.sampled_from(UNDECODABLE[encoding]))
    bom = BOMS.get(encoding, b"")
    content = undecodable.join(as_bytes(part, encoding)[len(bom) :] for part in text.split("é"))
    table = Table(BytesIO(bom + content), encoding=encoding)
    records = [table.header_record, *table.records()]
    assert table.preamble + b"".join(table.encoded(r.text) for r in records) == bom + content

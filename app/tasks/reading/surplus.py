"""The empty cells that every row of a file has behind the last column, as some programs write."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from io import BytesIO

from tasks.codes import FileError
from tasks.reading.dialect import HEAD_SIZE
from tasks.reading.header import Header
from tasks.reading.records import Record, RecordReader
from tasks.reading.source import LineSource, whole_lines


def with_surplus(header: Header, head: bytes, *, delimiter: str, errors: str) -> Header:
    """Return the header with the surplus of the rows in `head`: HEAD_SIZE bytes, or all below it.

    If the header has fewer cells than the rows, each of its names must be known: an unknown name
    may be two names whose delimiter is missing.
    """
    if header.returned:
        return header
    lines = LineSource(BytesIO(head if len(head) < HEAD_SIZE else whole_lines(head)))
    reader = RecordReader(lines, delimiter=delimiter, errors=errors)
    surplus = _smallest_surplus(_readable(reader.all(HEAD_SIZE)), header)
    is_certain = surplus <= header.width - header.min_width or not header.ignored
    return replace(header, surplus=surplus if is_certain else 0)


def _readable(records: Iterator[Record]) -> Iterator[Record]:
    """Yield the records before the first file error, which the reading of the file reports."""
    try:
        yield from records
    except FileError:
        return


def _smallest_surplus(records: Iterable[Record], header: Header) -> int:
    """Return the number of cells that every row has behind the last named column.

    A row with fewer cells than that is rejected, and a row with more of them too.
    """
    surplus = None
    for record in records:
        count = len(record.cells or ()) - header.min_width
        if count >= 0:
            surplus = count if surplus is None else min(count, surplus)
        if surplus == 0:
            break
    return surplus or 0

"""Rejected rows, each with the first error found in it."""

from collections.abc import Sequence
from typing import Final

import polars as pl

from tasks.reading.decoding import UTF8
from tasks.reading.header import Header
from tasks.reading.records import Record
from tasks.reading.transcoding import is_decodable, printable

VALUE_MAX_LENGTH: Final = 200
"""Characters of a rejected value that are stored and shown."""

SCHEMA: Final = {
    "record": pl.Int64,
    "line": pl.Int64,
    "column": pl.String,
    "code": pl.String,
    "detail": pl.String,
    "value": pl.String,
}


class Rejections:
    """The rows of a batch that are rejected for their shape or bytes, before rules are checked."""

    def __init__(self, header: Header, encoding: str) -> None:
        self._header = header
        self._encoding = encoding
        self._rows: list[tuple[int, int, str, str, str, str]] = []

    def frame(self) -> pl.DataFrame:
        """Return the rejected rows as SCHEMA describes them."""
        return pl.DataFrame(self._rows, schema=SCHEMA, orient="row")

    def cells_or_reject(self, record: Record, number: int) -> Sequence[str] | None:
        """Return the record's cells, or reject the record and return `None`."""
        if record.cells is None:
            code, detail = "invalid_quoting", ""
        elif not is_decodable(record.text):
            is_utf8 = self._encoding in UTF8
            code, detail = ("invalid_utf8", "") if is_utf8 else ("undecodable", self._encoding)
        elif (cells := self._header.fit(record.cells)) is not None:
            return cells
        else:
            code, count = self._header.width_error(record.cells)
            detail = str(count)
        self._rows.append((number, record.line, "", code, detail, self._value(record)))
        return None

    def _value(self, record: Record) -> str:
        if self._header.has_secrets:
            return ""
        return printable(record.text[:VALUE_MAX_LENGTH].rstrip("\r\n")).replace("\0", "\\x00")

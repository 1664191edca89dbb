"""Rows that are refused, with the first reason found for each."""

from collections.abc import Sequence
from typing import Final

import polars as pl

from tasks.reading.decoding import UTF8
from tasks.reading.header import Header
from tasks.reading.records import Record
from tasks.reading.transcoding import is_decodable, shown

VALUE_MAX_LENGTH: Final = 200
"""Characters of a refused value that are kept to be shown."""

SCHEMA: Final = {
    "record": pl.Int64,
    "line": pl.Int64,
    "column": pl.String,
    "code": pl.String,
    "detail": pl.String,
    "value": pl.String,
}


class Rejections:
    """Refusals of a batch that its cells show before their content is looked at."""

    def __init__(self, header: Header, encoding: str) -> None:
        self._header = header
        self._encoding = encoding
        self._rows: list[tuple[int, int, str, str, str, str]] = []

    def frame(self) -> pl.DataFrame:
        """One row a refused record, by SCHEMA."""
        return pl.DataFrame(self._rows, schema=SCHEMA, orient="row")

    def sound_cells(self, record: Record, number: int) -> Sequence[str] | None:
        """The record's cells; None, and its refusal noted, where it has no sound ones."""
        if record.cells is None:
            code, detail = "invalid_quoting", ""
        elif not is_decodable(record.text):
            is_utf8 = self._encoding in UTF8
            code, detail = ("invalid_utf8", "") if is_utf8 else ("undecodable", self._encoding)
        elif (fitting := self._header.fit(record.cells)) is not None:
            return fitting
        else:
            code, count = self._header.width_error(record.cells)
            detail = str(count)
        self._rows.append((number, record.line, "", code, detail, self._value(record)))
        return None

    def _value(self, record: Record) -> str:
        if self._header.has_secrets:
            return ""
        return shown(record.text[:VALUE_MAX_LENGTH].rstrip("\r\n")).replace("\0", "\\x00")

"""Rows that are refused, with the first reason found for each."""

from collections.abc import Sequence
from typing import Final

import polars as pl

from tasks.pipeline.reading.decoding import UTF8
from tasks.pipeline.reading.header import Header
from tasks.pipeline.reading.records import Record
from tasks.pipeline.reading.transcoding import is_decodable, shown

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


class Rejects:
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
        cells = record.cells
        if cells is not None and is_decodable(record.text):
            fitting = self._header.fit(cells)
            if fitting is not None:
                return fitting
        start = record.text.rstrip("\r\n")[:VALUE_MAX_LENGTH]
        value = "" if self._header.has_secrets else shown(start).replace("\0", "\\x00")
        self._rows.append((number, record.line, "", *self._flaw(record), value))
        return None

    def _flaw(self, record: Record) -> tuple[str, str]:
        """The code and its detail."""
        if record.cells is None:
            return "invalid_quoting", ""
        if not is_decodable(record.text):
            is_utf8 = self._encoding in UTF8
            return ("invalid_utf8", "") if is_utf8 else ("undecodable", self._encoding)
        code, count = self._header.misfit(record.cells)
        return code, str(count)

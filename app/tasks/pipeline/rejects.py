"""Rows that are refused, with the first reason found for each."""

from collections.abc import Sequence
from typing import Final

import polars as pl

from tasks.pipeline.records import Record

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

    def __init__(self) -> None:
        self._rows: list[tuple[int, int, str, str, str, str]] = []

    def frame(self) -> pl.DataFrame:
        """One row a refused record, by SCHEMA."""
        return pl.DataFrame(self._rows, schema=SCHEMA, orient="row")

    def sound_cells(self, record: Record, number: int, width: int) -> Sequence[str] | None:
        """The record's cells; None, and its refusal noted, where it has no sound ones."""
        code, detail = _flaw(record, width)
        if not code:
            return record.cells
        shown = record.text.rstrip("\r\n")[:VALUE_MAX_LENGTH]
        value = shown.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
        self._rows.append((number, record.line, "", code, detail, value.replace("\0", "\\x00")))
        return None


def _flaw(record: Record, width: int) -> tuple[str, str]:
    if record.cells is None:
        return "invalid_quoting", ""
    if not record.text.isascii() and not _is_utf8(record.text):
        return "invalid_utf8", ""
    if len(record.cells) < width:
        return "too_few_columns", str(len(record.cells))
    if len(record.cells) > width:
        return "too_many_columns", str(len(record.cells))
    return "", ""


def _is_utf8(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True

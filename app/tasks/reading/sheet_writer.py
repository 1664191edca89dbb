"""The program that writes a sheet of a workbook as CSV; see sheet.py, which starts it.

It is a process of its own because python-calamine holds what it reads in memory, and ends its
process if there is not enough. workbook_parts.py gives it large sheets in parts.

usage: python -m tasks.reading.sheet_writer MEMORY SECONDS SHEET < workbook

MEMORY is the limit in bytes, SECONDS the limit on processor time. An empty SHEET is the first
visible sheet. The first line of the output is a JSON object: either `name` and `others`, and the
CSV text follows, UTF-8 with a byte order mark; or `error`, one of sheet.ERRORS, and `name` and
`others` where they are known.
"""

import csv
import errno
import json
import os
import resource
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Final, TextIO, cast

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from tasks.codes import FileError
from tasks.reading.ods_tables import MAX_ROWS
from tasks.reading.sheet import NAMES, OUT_OF_MEMORY
from tasks.reading.workbook import LINE_BREAK
from tasks.reading.workbook_parts import copies_of, copies_of_table, outline_of

_NICENESS: Final = 5
_OOM_SCORE: Final = "1000"
_OF_FILES: Final = 3  # the part of the memory that the copies of workbook_parts.py may take
_DIGITS: Final = 15  # of a number, as spreadsheets show it
_BREAKS: Final = str.maketrans({"\n": LINE_BREAK, "\r": None})

type _Head = dict[str, str | list[str]]
type _Area = tuple[tuple[int, int], tuple[int, int]]
type _Value = str | float | bool | date | time | datetime | timedelta


def main(memory: int, seconds: int, name: str) -> None:
    """Write the sheet to the standard output, or the error."""
    _limit(memory, seconds)
    with open(sys.stdout.fileno(), "w", encoding="utf-8", newline="", closefd=False) as out:
        try:
            _write("/dev/stdin", name, out)
        except PasswordError:
            _write_head(out, error="encrypted")
        except (CalamineError, FileError):
            _write_head(out, error="damaged")
        except MemoryError:
            sys.exit(OUT_OF_MEMORY)
        except OSError as error:
            if error.errno != errno.EFBIG:
                raise
            sys.exit(OUT_OF_MEMORY)


def _limit(memory: int, seconds: int) -> None:
    """Limit this process. If the machine has no memory left, Linux ends it before its parent."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    in_files = memory // _OF_FILES
    resource.setrlimit(resource.RLIMIT_FSIZE, (in_files, in_files))  # also of a file in memory
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(_NICENESS)
    with suppress(OSError):  # only Linux has this file
        Path("/proc/self/oom_score_adj").write_text(_OOM_SCORE)


def _write(path: str, name: str, out: TextIO) -> None:
    with Path(path).open("rb") as file, outline_of(file) as outline:
        workbook = CalamineWorkbook.from_path(outline or path)
        sheets = [one for one in workbook.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
        visible = [one.name for one in sheets if one.visible == SheetVisibleEnum.Visible]
        names = [one.name for one in sheets]
        name = name or next(iter(visible or names), "")
        others = [each for each in visible if each != name][: NAMES + 1]
        head: _Head = {"name": name, "others": others}
        if name not in names:
            _write_head(out, error="unknown_sheet", **head)
            return
        number = _number(workbook, name) if outline else None
        copies = copies_of(file, name) if number is None else copies_of_table(file, number)
        text = None
        for part in _parts(workbook, name, copies):
            if part.end is not None:
                if text is None:
                    _write_head(out, **head)
                    text = _CsvText(out)
                text.add(part)
            del part  # its memory is free before the next part is loaded
        if text is None:
            _write_head(out, error="empty_sheet", **head)


def _write_head(out: TextIO, **head: str | list[str]) -> None:
    out.write(json.dumps(head) + "\n")


def _number(outline: CalamineWorkbook, name: str) -> int | None:
    """Return the number of the sheet, or `None` if it has no rows."""
    rows = outline.get_sheet_by_name(name).to_python()
    return int(cast("float", rows[0][0])) if rows else None


def _parts(
    workbook: CalamineWorkbook, name: str, copies: Iterator[str] | None
) -> Iterator[CalamineSheet]:
    """Yield the sheet, or parts of it from copies of the workbook, which is then closed."""
    if copies is None:
        yield workbook.get_sheet_by_name(name)
        return
    workbook.close()
    try:
        for copy in copies:
            yield _sheet(copy, name)
    except CalamineError as error:  # no line of JSON may follow the rows of an earlier part
        raise ValueError("A part of the sheet cannot be read.") from error


def _sheet(path: str, name: str) -> CalamineSheet:
    with CalamineWorkbook.from_path(path) as workbook:
        return workbook.get_sheet_by_name(name)


class _CsvText:
    """The CSV text of the parts of a sheet. The first part decides which columns it has."""

    def __init__(self, out: TextIO) -> None:
        out.write("\ufeff")
        self._writer = csv.writer(out, lineterminator="\n")
        self._columns: tuple[int, int] | None = None
        self._rows = 0

    def add(self, part: CalamineSheet) -> None:
        """Write the rows of the part, and the blank ones in front of it."""
        (top, left), (bottom, right) = cast("_Area", (part.start, part.end))
        if bottom >= MAX_ROWS:
            raise OSError(errno.EFBIG, "The sheet has more rows than can be read.")
        if top < self._rows:
            raise ValueError("The rows of the sheet are not in order.")
        rows: Iterator[list[str]] = map(_texts, islice(part.iter_rows(), self._rows, None))
        first, last = self._columns = self._columns or (left, right)
        if (left, right) != (first, last):
            rows = (_aligned(row, left - first, last - first + 1) for row in rows)
        self._writer.writerows(rows)
        self._rows = bottom + 1


def _aligned(row: list[str], shift: int, width: int) -> list[str]:
    """Return the row that stands `shift` columns to the right, with at least `width` cells.

    Cells to the left of the first part have no header. Those to the right of it are kept if they
    are not empty, so that the row is rejected.
    """
    row = [""] * shift + row[max(0, -shift) :]
    while len(row) > width and not row[-1]:
        row.pop()
    return row + [""] * (width - len(row))


def _texts(row: Iterable[_Value]) -> list[str]:
    return [_text(value) for value in row]


def _text(value: _Value) -> str:
    """Return the value as the sheet shows it, without the number format of the cell."""
    match value:
        case str():
            return value.translate(_BREAKS) if "\n" in value or "\r" in value else value
        case bool():
            return "TRUE" if value else "FALSE"
        case float():
            return str(int(value)) if value.is_integer() else f"{value:.{_DIGITS}g}"
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case datetime():
            return value.isoformat(" ")
        case date() | time():
            return value.isoformat()
    return str(value)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])

"""The program that writes a sheet of a workbook as CSV; see sheet.py, which starts it.

It is a process of its own because python-calamine holds the whole sheet in memory, and ends its
process if there is not enough.

usage: python -m tasks.reading.sheet_writer MEMORY SECONDS SHEET < workbook

MEMORY is the limit in bytes, SECONDS the limit on processor time. An empty SHEET is the first
visible sheet. The first line of the output is a JSON object: either `name` and `others`, and the
CSV text follows, UTF-8 with a byte order mark; or `error`, one of sheet.ERRORS, and `name` and
`others` where they are known.
"""

import csv
import json
import os
import resource
import sys
from collections.abc import Iterable
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Final, TextIO

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from tasks.reading.sheet import NAMES, OUT_OF_MEMORY
from tasks.reading.workbook import LINE_BREAK

_NICENESS: Final = 5
_OOM_SCORE: Final = "1000"
_DIGITS: Final = 15  # of a number, as spreadsheets show it
_BREAKS: Final = str.maketrans({"\n": LINE_BREAK, "\r": None})

type _Value = str | float | bool | date | time | datetime | timedelta


def main(memory: int, seconds: int, name: str) -> None:
    """Write the sheet to the standard output, or the error."""
    _limit(memory, seconds)
    with open(sys.stdout.fileno(), "w", encoding="utf-8", newline="", closefd=False) as out:
        try:
            _write(CalamineWorkbook.from_path("/dev/stdin"), name, out)
        except PasswordError:
            _write_head(out, error="encrypted")
        except CalamineError:
            _write_head(out, error="damaged")
        except MemoryError:
            sys.exit(OUT_OF_MEMORY)


def _limit(memory: int, seconds: int) -> None:
    """Limit this process. If the machine has no memory left, Linux ends it before its parent."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(_NICENESS)
    with suppress(OSError):  # only Linux has this file
        Path("/proc/self/oom_score_adj").write_text(_OOM_SCORE)


def _write(workbook: CalamineWorkbook, name: str, out: TextIO) -> None:
    sheets = [one for one in workbook.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
    visible = [one.name for one in sheets if one.visible == SheetVisibleEnum.Visible]
    names = [one.name for one in sheets]
    name = name or next(iter(visible or names), "")
    others = [other for other in visible if other != name][: NAMES + 1]
    if name not in names:
        _write_head(out, error="unknown_sheet", name=name, others=others)
        return
    sheet = workbook.get_sheet_by_name(name)
    if sheet.end is None:
        _write_head(out, error="empty_sheet", name=name, others=others)
        return
    _write_head(out, name=name, others=others)
    _write_rows(out, sheet)


def _write_head(out: TextIO, **head: str | list[str]) -> None:
    out.write(json.dumps(head) + "\n")


def _write_rows(out: TextIO, sheet: CalamineSheet) -> None:
    out.write("\ufeff")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerows(map(_texts, sheet.iter_rows()))


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

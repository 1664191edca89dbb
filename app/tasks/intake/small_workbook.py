"""The reading of small workbooks in a web process. Larger ones are read by the plan only."""

from dataclasses import dataclass
from typing import BinaryIO, Final

from core.server import slow_work
from tasks.codes import FileError
from tasks.reading.sheet import Limits, open_sheet
from tasks.reading.workbook import Workbook

_MAX_SIZE: Final = 8 * 1024 * 1024
_LIMITS: Final = Limits(memory=300_000_000, seconds=3)
_BLOCK_SIZE: Final = 64 * 1024


@dataclass(frozen=True, kw_only=True)
class SheetText:
    """The CSV text of the sheet `name`. `others` are the other visible sheets."""

    name: str
    others: list[str]
    csv: bytes


def read_small(stream: BinaryIO, workbook: Workbook, name: str | None) -> SheetText | None:
    """Return the sheet, or `None` if reading it would keep other requests waiting.

    Raises `FileError` as `open_sheet` does.
    """
    if workbook.size > _MAX_SIZE or not slow_work.PLACES.acquire(blocking=False):
        return None
    try:
        return _read(stream, name)
    except FileError as error:
        if error.message.id == "workbook_too_large":
            return None
        raise
    finally:
        slow_work.PLACES.release()


def _read(stream: BinaryIO, name: str | None) -> SheetText | None:
    csv = bytearray()
    with open_sheet(stream, name, limits=_LIMITS) as sheet:
        while block := sheet.read(_BLOCK_SIZE):
            csv += block
            if len(csv) > _MAX_SIZE:
                return None
    return SheetText(name=sheet.name, others=list(sheet.others), csv=bytes(csv))

"""Copies of a workbook for python-calamine, which holds a whole sheet in memory and no formats.

Each copy has a part of the rows of a large sheet. In a copy, numbers whose format pads them with
zeros are texts.
"""

import os
import re
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from shutil import copyfileobj
from typing import IO, Final
from xml.etree.ElementTree import ParseError

from tasks.codes import FileError
from tasks.reading import ods, xlsx
from tasks.reading.unpacking import file_errors

_PART_SIZE: Final = 128 * 1024 * 1024
"""Bytes of XML. python-calamine takes 2 to 5 times as much memory for them."""
_BLOCK_SIZE: Final = 1024 * 1024
_HEAD_SIZE: Final = 4 * 1024 * 1024
"""More than stands in front of the first row."""
_ROW: Final = re.compile(rb"<((?:\w+:)?(?:table-)?row)[\s/>]")


@dataclass(frozen=True, kw_only=True)
class _Plan:
    """The file of the sheet, those that belong to it, and how its XML is changed."""

    sheet: str
    others: Sequence[str]
    change: Callable[[bytes], bytes]
    in_parts: bool


def copies_of(workbook: IO[bytes], name: str) -> Iterator[str] | None:
    """Return the paths of copies with the rows of the sheet, each to be read before the next.

    Return `None` if python-calamine can read the workbook itself, or has to report its error.
    """
    try:
        with file_errors("zip"):
            archive = zipfile.ZipFile(workbook)
            plan = _plan(archive, name)
    except (FileError, KeyError, ParseError):
        return None
    return _copies(archive, plan) if plan else None


def _plan(archive: zipfile.ZipFile, name: str) -> _Plan | None:
    if ods.CONTENT in archive.NameToInfo:
        change = ods.padding(archive)
        return change and _Plan(sheet=ods.CONTENT, others=ods.OTHERS, change=change, in_parts=False)
    sheet, change = xlsx.path_of_sheet(archive, name), xlsx.padding(archive)
    if sheet is None or not (change or archive.getinfo(sheet).file_size > _PART_SIZE):
        return None
    return _Plan(sheet=sheet, others=xlsx.OTHERS, change=change or _same, in_parts=True)


def _same(block: bytes) -> bytes:
    return block


def _copies(archive: zipfile.ZipFile, plan: _Plan) -> Iterator[str]:
    method = zipfile.ZIP_STORED if plan.in_parts else zipfile.ZIP_DEFLATED
    with archive.open(plan.sheet) as source, _scratch_file() as file:
        for _, blocks in groupby(_blocks(source, in_parts=plan.in_parts), itemgetter(0)):
            file.seek(0)
            with zipfile.ZipFile(file, "w", method, compresslevel=1) as copy:
                for path in archive.NameToInfo.keys() & plan.others:
                    with archive.open(path) as old, copy.open(path, "w", force_zip64=True) as new:
                        copyfileobj(old, new, _BLOCK_SIZE)
                with copy.open(plan.sheet, "w", force_zip64=True) as target:
                    for _, block in blocks:
                        target.write(plan.change(block))
            file.truncate()
            yield f"/dev/fd/{file.fileno()}"


def _blocks(source: IO[bytes], *, in_parts: bool) -> Iterator[tuple[int, bytes]]:
    """Yield blocks of whole rows, each with the number of its part."""
    data = source.read(_HEAD_SIZE)
    row = _ROW.search(data)
    name, head = (row[1], data[: row.start()]) if row else (b"row", data)
    part = size = rows = 0
    yield part, head
    for block in _row_blocks(source, data[len(head) :], end=b"</%b>" % name):
        if in_parts and size >= _PART_SIZE:
            yield part, b"</%bsheetData></%bworksheet>" % ((name.removesuffix(b"row"),) * 2)
            part, size = part + 1, 0
            yield part, head + b'<%b r="%d"></%b>' % (name, rows, name)  # rows may have no number
        yield part, block
        size += len(block)
        rows += block.count(b"<" + name)


def _row_blocks(source: IO[bytes], data: bytes, *, end: bytes) -> Iterator[bytes]:
    """Yield the data and the rest of the source in blocks. All but the last end with `end`."""
    while block := source.read(_BLOCK_SIZE):
        cut = data.rfind(end) + len(end)
        if cut >= len(end):
            yield data[:cut]
            data = data[cut:]
        data += block
    yield data


def _scratch_file() -> IO[bytes]:
    """Return a file in memory where the system has such files: containers have no large disk."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("workbook"), "w+b")
    return tempfile.TemporaryFile()

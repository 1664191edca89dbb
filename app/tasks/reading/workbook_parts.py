"""Copies of a workbook for python-calamine, which holds a whole sheet in memory and no formats.

Each copy has a part of the rows of a large sheet. In a copy, numbers whose format pads them with
zeros are texts.
"""

import os
import re
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from operator import itemgetter
from shutil import copyfileobj
from typing import IO, Final
from xml.etree.ElementTree import ParseError

from tasks.codes import FileError
from tasks.reading import ods, ods_tables, xlsx, xml_blocks
from tasks.reading.unpacking import file_errors

_ROW: Final = re.compile(rb"<((?:\w+:)?row)[\s/>]")


@dataclass(frozen=True, kw_only=True)
class _Plan:
    """The file of the sheet, those that belong to it, and how its XML is changed and divided."""

    sheet: str
    others: Sequence[str]
    change: Callable[[bytes], bytes] | None
    in_parts: Callable[[IO[bytes]], Iterator[tuple[int, bytes]]]


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
        return None
    sheet, change = xlsx.path_of_sheet(archive, name), xlsx.padding(archive)
    if sheet is None or not (change or archive.getinfo(sheet).file_size > xml_blocks.PART_SIZE):
        return None
    return _Plan(sheet=sheet, others=xlsx.OTHERS, change=change, in_parts=_in_parts)


@contextmanager
def outline_of(workbook: IO[bytes]) -> Iterator[str | None]:
    """Yield the path of a copy of an .ods file, in which each sheet has only one cell: its number.

    python-calamine reads all sheets of an .ods file when it opens the file. Yield `None` if it can
    do so, and if it has to report the error of the file. Raises `FileError` (not_csv).
    """
    content = _outline(workbook)
    if content is None:
        yield None
        return
    with _scratch_file() as file:
        yield _copy(zipfile.ZipFile(workbook), ods.OTHERS, ods.CONTENT, [content], file)


def _outline(workbook: IO[bytes]) -> bytes | None:
    try:
        with file_errors("zip"):
            archive = zipfile.ZipFile(workbook)
            if ods.CONTENT not in archive.NameToInfo:
                return None
            size = archive.getinfo(ods.CONTENT).file_size
            if size <= xml_blocks.PART_SIZE and not ods.padding(archive):
                return None
    except FileError:
        return None
    with file_errors("zip"), archive.open(ods.CONTENT) as source:
        return ods_tables.outline(source)


def copies_of_table(workbook: IO[bytes], number: int) -> Iterator[str]:
    """Return the paths of copies with the rows of the sheet that has this number in the outline."""
    archive = zipfile.ZipFile(workbook)
    plan = _Plan(
        sheet=ods.CONTENT,
        others=ods.OTHERS,
        change=ods.padding(archive),
        in_parts=partial(ods_tables.in_parts, number=number),
    )
    return _copies(archive, plan)


def _copies(archive: zipfile.ZipFile, plan: _Plan) -> Iterator[str]:
    change = plan.change or _same
    with archive.open(plan.sheet) as source, _scratch_file() as file:
        for _, part in groupby(plan.in_parts(source), itemgetter(0)):
            yield _copy(
                archive, plan.others, plan.sheet, (change(block) for _, block in part), file
            )


def _same(block: bytes) -> bytes:
    return block


def _copy(
    archive: zipfile.ZipFile,
    others: Sequence[str],
    sheet: str,
    blocks: Iterable[bytes],
    file: IO[bytes],
) -> str:
    """Write a workbook to the file and return the path of the file."""
    file.seek(0)
    with zipfile.ZipFile(file, "w") as copy:
        for path in archive.NameToInfo.keys() & others:
            with archive.open(path) as old, copy.open(path, "w", force_zip64=True) as new:
                copyfileobj(old, new, xml_blocks.BLOCK_SIZE)
        with copy.open(sheet, "w", force_zip64=True) as target:
            for block in blocks:
                target.write(block)
    file.truncate()
    return f"/dev/fd/{file.fileno()}"


def _in_parts(source: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """Yield the XML of an .xlsx sheet in blocks, each with the number of its part."""
    data = source.read(xml_blocks.HEAD_SIZE)
    row = _ROW.search(data)
    name, head = (row[1], data[: row.start()]) if row else (b"row", data)
    blocks = xml_blocks.row_blocks(source, data[len(head) :], end=b"</%b>" % name)
    return xml_blocks.in_parts(
        ((block, block.count(b"<" + name)) for block in blocks),
        head=head,
        end=b"</%bsheetData></%bworksheet>" % ((name.removesuffix(b"row"),) * 2),
        blank_rows=lambda rows: b'<%b r="%d"></%b>' % (name, rows, name),  # may have no number
    )


def _scratch_file() -> IO[bytes]:
    """Return a file in memory where the system has such files: containers have no large disk."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("workbook"), "w+b")
    return tempfile.TemporaryFile()

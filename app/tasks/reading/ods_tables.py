"""The tables in the content.xml of an .ods file, cut out of the XML without parsing it.

python-calamine has no way to read one table, or a part of it. It knows the elements by the prefixes
that OpenDocument recommends, so these are the only ones here.
"""

import errno
import re
from collections.abc import Iterable, Iterator
from itertools import chain, groupby, takewhile
from operator import itemgetter
from typing import IO, Final

from tasks.codes import FileError
from tasks.reading import xml_blocks

MAX_ROWS: Final = 1_048_576
"""The library leaves out the rows below these."""

_VALUE: Final = b"office:value-type="
_TABLE: Final = re.compile(rb"""</?table:table(?=[\s/>])(?:[^"'>]|"[^"]*"|'[^']*')*>""")
_ROW: Final = re.compile(
    rb"""<table:table-row(?=[\s/>])(?:[^<>]*?\stable:number-rows-repeated=["'](\d+)["'])?"""
)
_ROW_END: Final = b"</table:table-row>"
_GROUP_END: Final = re.compile(rb"</table:table-(?:row-group|rows|header-rows)\s*>")
_TABLE_END: Final = b"</table:table>"
_BLANK_ROWS: Final = (
    b'<table:table-row table:number-rows-repeated="%d"><table:table-cell/></table:table-row>'
)
_NUMBER: Final = (
    b'<table:table-row><table:table-cell office:value-type="float" office:value="%d"/>'
    b"</table:table-row>"
)


def outline(source: IO[bytes]) -> bytes | None:
    """Return the XML with the number of each table as its only cell.

    So the library says which table has a name, and which tables are visible. Return `None` if no
    table begins where programs write it.
    """
    head, blocks = _head_and_blocks(source)
    tags = [next(pieces)[1] for _, pieces in groupby(_tables(blocks), itemgetter(0))]
    sheets = (
        tag if _is_empty(tag) else tag + _NUMBER % number + _TABLE_END
        for number, tag in enumerate(tags)
    )
    return head + b"".join(sheets) if tags else None


def in_parts(source: IO[bytes], number: int) -> Iterator[tuple[int, bytes]]:
    """Return the XML of the table in blocks, each with the number of its part."""
    head, blocks = _head_and_blocks(source)
    until = takewhile(lambda piece: piece[0] <= number, _tables(blocks))
    table = (piece for at, piece in until if at == number)
    head += next(table)
    return xml_blocks.in_parts(
        chain(_counted(map(_without_group_ends, table)), [(_TABLE_END, 0)]),
        head=head,
        end=_TABLE_END,
        blank_rows=lambda rows: _BLANK_ROWS % rows if rows else b"",
    )


def _head_and_blocks(source: IO[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """Return what stands in front of the first table, and the rest in blocks of whole rows."""
    data = source.read(xml_blocks.HEAD_SIZE)
    first = _TABLE.search(data)
    if first is None:
        return data, iter(())
    return data[: first.start()], xml_blocks.row_blocks(source, data[first.start() :], end=_ROW_END)


def _tables(blocks: Iterator[bytes]) -> Iterator[tuple[int, bytes]]:
    """Yield the start tag of each table, and then its content in pieces, with its number.

    A table ends at the first end of a table, as for the library.
    """
    number, is_open = -1, False
    for block in blocks:
        start = 0
        for tag in _TABLE.finditer(block):
            if tag[0].startswith(b"</"):
                if is_open:
                    yield number, block[start : tag.start()]
                is_open = False
            elif not is_open:
                number, is_open, start = number + 1, not _is_empty(tag[0]), tag.end()
                yield number, tag[0]
        if is_open:
            yield number, block[start:]
    if is_open:
        raise FileError("not_csv", "workbook_damaged")


def _is_empty(tag: bytes) -> bool:
    return tag.endswith(b"/>")


def _without_group_ends(rows: bytes) -> bytes:
    """Return the rows without the ends of groups, which may begin in another part."""
    return _GROUP_END.sub(b"", rows)


def _counted(pieces: Iterable[bytes]) -> Iterator[tuple[bytes, int]]:
    """Yield each piece with its number of rows. Raises `OSError` if there are too many."""
    total = 0
    for piece in pieces:
        if total >= MAX_ROWS and _VALUE in piece:
            raise OSError(errno.EFBIG, "The sheet has more rows than can be read.")
        rows = sum(int(repeated or 1) for repeated in _ROW.findall(piece))
        total += rows
        yield piece, rows

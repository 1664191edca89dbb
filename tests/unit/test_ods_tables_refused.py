"""Large .ods sheets that are damaged, too large or unsafe."""

import errno
import io
import zipfile

import pytest

from tasks.codes import FileError
from tasks.reading import workbook_parts, xml_blocks
from tests.unit.test_ods_tables import (
    EMPTY,
    HEADER,
    ROWS,
    columns,
    in_parts,
    repeated,
    row,
    small_parts,
    table,
    text,
)
from tests.unit.test_sheet import error_of
from tests.unit.test_workbook_parts import ZEROS, parts_of
from tests.workbooks import ods, ods_of, replaced


def test_rows_that_the_library_leaves_out_are_too_many() -> None:
    rows = (row(text("a")), row(EMPTY, attributes=repeated(1_048_574)), row(text("b")))
    content = ods_of(table(*rows))
    assert len(in_parts(content)) == 1_048_576
    content = ods_of(table(*rows, row(text("lost"))))
    for read_rows in (in_parts, parts_of):
        with pytest.raises(OSError, match="more rows") as caught:
            read_rows(content, "One")
        assert caught.value.errno == errno.EFBIG


def test_many_repeated_cells_are_refused() -> None:
    cells = row(text("a", attributes=columns(60)), attributes=repeated(1_048_000))
    content = ods([["a", "b"]], styles=ZEROS)
    xml = zipfile.ZipFile(io.BytesIO(content)).read("content.xml")
    content = replaced(
        content, {"content.xml": xml.replace(b"</table:table>", cells.encode() + b"</table:table>")}
    )
    assert error_of(content).message.id == "workbook_too_large"


@pytest.mark.parametrize(
    "cut", [b"</table:table>", b"</table:table-row>", b"</text:p>", b"</table"]
)
def test_a_sheet_that_is_cut_off_is_damaged(monkeypatch: pytest.MonkeyPatch, cut: bytes) -> None:
    content = ods_of(table(HEADER, *ROWS))
    xml = zipfile.ZipFile(io.BytesIO(content)).read("content.xml")
    content = replaced(content, {"content.xml": xml[: xml.rindex(cut)]})
    small_parts(monkeypatch, content)
    with pytest.raises(FileError) as caught:
        parts_of(content)
    assert caught.value.message.id == "workbook_damaged"


def test_a_damaged_part_is_no_end() -> None:
    content = ods_of(table(HEADER, row(text("a")), row("<table:table-cell"), row(text("b"))))
    with pytest.raises(ValueError, match="part of the sheet"):
        in_parts(content)


def test_damage_in_a_large_archive_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml_blocks, "PART_SIZE", 1)
    content = bytearray(ods_of(table(*[row(text(str(number))) for number in range(5000)])))
    content[len(content) // 2] ^= 0xFF
    with pytest.raises(FileError):
        parts_of(bytes(content))


@pytest.fixture
def _large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml_blocks, "PART_SIZE", 1)


@pytest.mark.usefixtures("_large")
def test_a_file_without_tables_is_left_to_the_library() -> None:
    """Random bytes are the content of an encrypted file."""
    for xml in (b"<office:document-content/>", bytes(range(256)) * 9000):
        with workbook_parts.outline_of(
            io.BytesIO(replaced(ods([["a"]]), {"content.xml": xml}))
        ) as outline:
            assert outline is None


@pytest.mark.usefixtures("_large")
def test_entities_are_not_expanded() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY f SYSTEM "f">]>'
    content = ods_of(table(row(text("&b;"), text("&f;"))), styles=bomb)
    with pytest.raises(ValueError, match="part of the sheet"):
        parts_of(content, "One")

"""Workbooks of texts. Their sheets are written by hand, which is faster than a library."""

import io
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import xlsxwriter

_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_SHEET: Final = "xl/worksheets/sheet1.xml"
_OASIS: Final = "urn:oasis:names:tc:opendocument:xmlns"
_HEADERS: Final = ("email", "name", "phone", "city", *(f"note {number}" for number in range(6)))


def write_workbook(path: Path, *, rows: int, columns: int) -> None:
    """Write a workbook in the format that the name of the file ends with."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target:
        if path.suffix == ".ods":
            name, sheet = "content.xml", _ods_sheet(_rows(rows, columns))
            others = {
                "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
                "META-INF/manifest.xml": b"<manifest/>",
            }
        else:
            name, sheet, others = _SHEET, _xlsx_sheet(_rows(rows, columns)), _xlsx_files()
        for each, content in others.items():
            target.writestr(each, content)
        with target.open(name, "w", force_zip64=True) as file:
            for part in sheet:
                file.write(part.encode())


def _rows(rows: int, columns: int) -> Iterator[Sequence[str]]:
    yield _HEADERS[:columns]
    for number in range(1, rows):
        phone = str(351_910_000_000 + number)
        cells = [f"user{number}@example.com", f"First{number % 1000} Last{number}", phone]
        yield [*cells, *("Lisbon" for _ in range(columns - len(cells)))]


def _xlsx_files() -> dict[str, bytes]:
    """Return the files of an empty workbook without its sheet."""
    empty = io.BytesIO()
    with xlsxwriter.Workbook(empty) as workbook:
        workbook.add_worksheet()
    with zipfile.ZipFile(empty) as source:
        return {name: source.read(name) for name in source.namelist() if name != _SHEET}


def _xlsx_sheet(rows: Iterator[Sequence[str]]) -> Iterator[str]:
    yield f'<worksheet xmlns="{_MAIN}"><sheetData>'
    for cells in rows:
        texts = "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in cells)
        yield f"<row>{texts}</row>"
    yield "</sheetData></worksheet>"


def _ods_sheet(rows: Iterator[Sequence[str]]) -> Iterator[str]:
    names = " ".join(f'xmlns:{name}="{_OASIS}:{name}:1.0"' for name in ("office", "table", "text"))
    yield f"<office:document-content {names}><office:body><office:spreadsheet>"
    yield '<table:table table:name="Sheet1">'
    start = '<table:table-cell office:value-type="string" calcext:value-type="string"><text:p>'
    for cells in rows:
        texts = "".join(f"{start}{cell}</text:p></table:table-cell>" for cell in cells)
        yield f'<table:table-row table:style-name="ro1">{texts}</table:table-row>'
    yield "</table:table></office:spreadsheet></office:body></office:document-content>"

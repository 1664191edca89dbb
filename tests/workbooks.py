"""Workbooks for tests."""

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from xml.sax.saxutils import escape

import xlsxwriter

type Rows = Iterable[Sequence[object]]

_NAMESPACES = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "number": "urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
}
_ODS = "application/vnd.oasis.opendocument.spreadsheet"


def xlsx(
    rows: Rows = (), *, sheets: Mapping[str, Rows] | None = None, hidden: Iterable[str] = ()
) -> bytes:
    """Return an Excel workbook with these sheets, or with the one sheet `Sheet1`.

    An empty cell is `None`.
    """
    buffer = io.BytesIO()
    options = {"in_memory": True, "default_date_format": "yyyy-mm-dd", "strings_to_formulas": False}
    with xlsxwriter.Workbook(buffer, options) as workbook:
        for name, content in (sheets or {"Sheet1": rows}).items():
            sheet = workbook.add_worksheet(name)
            for number, row in enumerate(content):
                sheet.write_row(number, 0, row)
            if name in hidden:
                sheet.hide()
            else:
                sheet.activate()
    return buffer.getvalue()


def xlsx_of(rows: Sequence[Sequence[tuple[object, str]]]) -> bytes:
    """Return an Excel workbook whose cells have a value and a number format."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet()
        for row, cells in enumerate(rows):
            for column, (value, code) in enumerate(cells):
                sheet.write(row, column, value, workbook.add_format({"num_format": code}))
        workbook.add_worksheet("Other").write(0, 0, 7, workbook.add_format({"num_format": "000"}))
    return buffer.getvalue()


def ods(rows: Rows, *, mimetype: str = _ODS, styles: str = "") -> bytes:
    """Return an OpenDocument workbook with one sheet, and a million empty rows below.

    Its cells are texts. A pair is a number and how it is shown.
    """
    cells = ("".join(map(_ods_cell, row)) for row in rows)
    lines = "".join(f"<table:table-row>{each}</table:table-row>" for each in cells)
    table = (
        f'<table:table table:name="Folha1">{lines}'
        '<table:table-row table:number-rows-repeated="1048000">'
        '<table:table-cell table:number-columns-repeated="1024"/></table:table-row></table:table>'
    )
    return ods_of(table, mimetype=mimetype, styles=styles)


def ods_of(tables: str, *, mimetype: str = _ODS, styles: str = "") -> bytes:
    """Return an OpenDocument workbook with these tables, as XML."""
    names = " ".join(f'xmlns:{name}="{urn}"' for name, urn in _NAMESPACES.items())
    content = (
        f'<?xml version="1.0"?><office:document-content {names}>{styles}<office:body>'
        f"<office:spreadsheet>{tables}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    return archive(
        {
            "mimetype": mimetype.encode(),
            "content.xml": content.encode(),
            "META-INF/manifest.xml": b"<manifest/>",
        }
    )


def _ods_cell(value: object) -> str:
    if isinstance(value, tuple):
        number, text = value
        return (
            f'<table:table-cell office:value-type="float" office:value="{number}">'
            f"<text:p>{text}</text:p></table:table-cell>"
        )
    lines = "".join(f"<text:p>{escape(line)}</text:p>" for line in str(value).split("\n"))
    return f'<table:table-cell office:value-type="string">{lines}</table:table-cell>'


def archive(files: Mapping[str, bytes]) -> bytes:
    """Return a zip archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in files.items():
            file.writestr(name, content)
    return buffer.getvalue()


def replaced(workbook: bytes, files: Mapping[str, bytes]) -> bytes:
    """Return the workbook with these files, in place of those of the same names."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as old:
        contents = {name: old.read(name) for name in old.namelist()}
    return archive(contents | dict(files))


def with_cells(cells: str) -> bytes:
    """Return a workbook whose sheet has these rows, as XML."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = f'<worksheet xmlns="{main}"><sheetData>{cells}</sheetData></worksheet>'
    return replaced(xlsx(), {"xl/worksheets/sheet1.xml": sheet.encode()})


MEMBERS_HEADER = ["E-mail", "Full\nname", "Phone", "Joined", "Active"]
MEMBERS: Rows = [
    ["Members of the club"],
    [],
    MEMBERS_HEADER,
    ["ann@x.com", "Ann Lee", 351912345678, date(2024, 1, 5), True],
    [],
    ["bob", "Bob\nLee", "0123", None, None],
    ["carl@x.com", 'Carl "C"\nLee', None, None, False],
]
"""A sheet with a title, blank rows, line breaks in cells and a rejected row."""
TWO_SHEETS = xlsx(
    sheets={"Users": [["email"], ["ann@x.com"]], "Guests": [["email"], ["bob@x.com"]]}
)
CORNERS = with_cells(
    '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
)
"""A small workbook for whose cells the library would allocate half a terabyte."""

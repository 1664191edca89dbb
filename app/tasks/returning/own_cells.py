"""The uploader's own headers and cells: without the error columns of a returned file."""

from tasks.reading.header import Header
from tasks.reading.table import Table


def own_headers(table: Table) -> list[str]:
    """Return the headers up to the last name, so that surplus cells displace the error cells."""
    cells, header = table.header_record.cells or [], table.header
    return header.returned.own_cells(cells) if header.returned else cells[: header.min_width]


def own_cells(cells: list[str], header: Header) -> list[str]:
    """Return the cells without those of the error columns of a returned file."""
    fitting = header.fit(cells) or cells
    return header.returned.own_cells(fitting) if header.returned else fitting


def padded(cells: list[str], header: Header) -> list[str]:
    """Add empty cells up to the error columns, so that these stand below their headers."""
    width = len(header.returned.own) if header.returned else header.min_width
    return [*cells, *[""] * (width - len(cells))]

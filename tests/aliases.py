"""The URLs without a version, which are aliases of those below `/api/v1/`."""

from collections.abc import Iterator

EARLIER = (
    ("POST /api/v1/imports/inspect/", "POST /api/contacts/inspect/"),
    ("GET /api/v1/imports/template.csv", "GET /api/contacts/template.csv"),
    ("GET /api/v1/imports/{", "GET /api/contacts/task-status/{"),
    ("POST /api/v1/imports/{", "POST /api/contacts/task-status/{"),
    ("GET /api/v1/imports/", "GET /api/contacts/imports/"),
    ("POST /api/v1/imports/", "POST /api/contacts/upload-csv/"),
    ("/api/v1/", "/api/"),
    ("}/rows/", "}/errors/"),
    ("/rejected-rows.csv", "/failed-rows.csv"),
)
"""What stands for a part of a row at the aliases."""


def with_aliases(matrix: str) -> Iterator[list[str]]:
    """Yield the rows, and those of the aliases."""
    for row in map(str.split, filter(None, matrix.split("\n"))):
        yield row
        if row[1].startswith("/api/v1/"):
            earlier = " ".join(row)
            for now, then in EARLIER:
                earlier = earlier.replace(now, then)
            yield earlier.split()

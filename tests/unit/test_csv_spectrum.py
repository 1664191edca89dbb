"""Files of csv-spectrum, which are in tests/data/csv-spectrum."""

import json
from pathlib import Path

import pytest

from tasks.reading.header_columns import FIELDS
from tasks.reading.header_rules import HeaderRules
from tasks.reading.table import Table

FILES = Path(__file__).parent.parent / "data/csv-spectrum"
NAMES = sorted(path.stem for path in FILES.glob("csvs/*.csv"))
CORRECTIONS = {"location_coordinates": {"Contact Phone Number": "2095257564"}}
"""Values that the JSON files have wrong."""


def expected(name: str) -> list[dict[str, str]]:
    """Return the records that the JSON file expects, with corrections."""
    found = json.loads((FILES / f"json/{name}.json").read_text())
    records = found if isinstance(found, list) else [found]
    return [record | CORRECTIONS.get(name, {}) for record in records]


def test_all_files_are_there() -> None:
    assert len(NAMES) == 12


@pytest.mark.parametrize("size", [1, 20, 4096])
@pytest.mark.parametrize("name", NAMES)
def test_the_records_of_a_file_are_read(name: str, size: int) -> None:
    """Fails when a quote in an unquoted cell, or a line ending in a quoted one, is not data."""
    records = expected(name)
    columns = dict(zip(records[0], FIELDS, strict=False))
    with (FILES / f"csvs/{name}.csv").open("rb") as stream:
        table = Table(stream, encoding="utf-8", rules=HeaderRules(columns=columns))
        rows = [row for batch in table.batches(size) for row in batch.rows.rows(named=True)]
    assert [{key: row[field] for key, field in columns.items()} for row in rows] == records
    with (FILES / f"csvs/{name}.csv").open("rb") as stream:
        table = Table(stream, encoding="utf-8", rules=HeaderRules(columns=columns))
        cells = [record.cells for record in table.records()]
    assert cells == [list(record.values()) for record in records]

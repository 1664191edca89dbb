"""The table of sizes in docs/scaling.md, computed again from the result of the benchmark."""

import re
from math import ceil

from local.site import ROOT
from tests.documents import Table, tables

SCALING = (ROOT / "docs/scaling.md").read_text(encoding="utf-8")
RESULT = max((ROOT / "benchmarks/results").glob("*-scaling.md")).read_text(encoding="utf-8")
GIB = 2**30
USE_OF_A_CORE, BYTES_OF_A_ROW, RETENTION_DAYS = 0.7, 75, 30


def table_with(column: str, text: str = SCALING) -> Table:
    (found,) = [table for table in tables(text) if column in table.columns]
    return found


def measured() -> dict[str, float]:
    """Return the quantities of the benchmark by the letter that stands for them."""
    costs = {
        row[0]: row[1] for row in table_with("processor seconds for 1,000,000 rows", RESULT).rows
    }
    hashes = {row[0]: row[1] for row in table_with("passwords/s", RESULT).rows}
    (size,) = re.findall(r"A user takes (\d+) bytes", RESULT)
    return {
        "P": float(costs["PostgreSQL"]),
        "C": float(costs["Celery worker"]),
        "W": float(costs["web worker"]),
        "H": float(hashes["1"]),
        "B": float(size),
    }


def fastest_loaders() -> int:
    """Return the number of loaders with the most rows per second over a whole import."""
    rows = table_with("rows/s, import", RESULT).rows
    return int(max(rows, key=lambda row: int(row[1].replace(",", "")))[0])


def test_the_quantities_are_those_of_the_latest_result() -> None:
    rows = table_with("quantity").rows
    assert {name[-1]: float(value) for name, value in rows} == measured()


def test_the_use_of_the_core_is_that_of_the_result() -> None:
    rows = table_with("rows/s, import", RESULT).rows
    shares = [int(row[3].removesuffix("%")) for row in rows]
    assert f"It uses {min(shares)} to {max(shares)} % of the core" in SCALING


def test_each_size_follows_from_the_quantities() -> None:
    q = measured()
    rows = [[int(cell.replace(",", "")) for cell in row] for row in table_with("loaders").rows]
    assert rows
    for users, per_day, logins, *sizes in rows:
        millions_a_second = per_day / 1e6 / 3600
        hashing = logins / (USE_OF_A_CORE * q["H"])
        loaders = fastest_loaders()
        web_workers = max(2, ceil(hashing))
        table = users * q["B"] / GIB
        assert sizes == [
            ceil(1 + millions_a_second * q["P"]),
            ceil(0.5 + millions_a_second * (q["C"] + q["W"]) + hashing),
            loaders,
            web_workers,
            ceil(2.5 + 0.25 * web_workers + 0.6 * loaders + table / 2),
            ceil(5 + 2 * table + RETENTION_DAYS * per_day * BYTES_OF_A_ROW / GIB),
            18 * web_workers + loaders + 6,
        ], (users, per_day, logins)

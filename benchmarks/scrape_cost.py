"""The time of a scrape of /metrics with many jobs in the table.

.venv-dev/bin/python -m benchmarks.scrape_cost [--jobs 100000] [--write]
"""

import argparse
import time
from statistics import median

import httpx

from benchmarks.machine import describe
from benchmarks.options import option_parser
from benchmarks.results import write_result
from benchmarks.system import System

_SCRAPES = 20
_INSERT = """
INSERT INTO tasks_importjob (
    id, status, file, file_name, file_size, sha256, encoding, delimiter, ignored_columns, options,
    traceparent, rows, failed, created, updated, unchanged, skipped, not_loaded, refusals,
    error_code, error_message, attempts, publish_count, started_at, planned_at, finished_at)
SELECT gen_random_uuid(), CASE WHEN mod(i, 10) = 0 THEN 'FAILURE' ELSE 'SUCCESS' END,
       'imports/' || gen_random_uuid() || '/original.csv', 'users.csv', 1000000, repeat('0', 64),
       'utf-8', ',', '[]', '{}', repeat('0', 32), 100, 7, 90, 0, 0, 3, 0,
       '{"invalid_email": 3, "missing_email": 2, "duplicate_in_file": 2}',
       CASE WHEN mod(i, 10) = 0 THEN 'file_missing' ELSE '' END, '', 1, 0, now(), now(), now()
FROM generate_series(1, %s) AS i
"""


def main() -> None:
    """Run the benchmark and print the result."""
    options = _options()
    with System.started() as system:
        empty = _seconds(system)
        system.database.execute(_INSERT, [options.jobs])
        system.database.execute("VACUUM ANALYZE tasks_importjob")
        full = _seconds(system)
    text = (
        f"A scrape of /metrics, median of {_SCRAPES}; {describe()}.\n\n"
        f"{empty:.3f} s without jobs, {full:.3f} s with {options.jobs:,} jobs in the table."
    )
    print(text)
    if options.write:
        write_result("scrape_cost", f"--jobs {options.jobs}", text)


def _seconds(system: System) -> float:
    return median(_scrape(f"{system.stack.base_url}/metrics") for _ in range(_SCRAPES))


def _scrape(url: str) -> float:
    before = time.perf_counter()
    httpx.get(url, trust_env=False, timeout=60).raise_for_status()
    return time.perf_counter() - before


def _options() -> argparse.Namespace:
    parser = option_parser(__doc__)
    parser.add_argument("--jobs", type=int, default=100_000)
    return parser.parse_args()


if __name__ == "__main__":
    main()

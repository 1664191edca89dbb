"""Users per second of `users/export.csv`, against a COPY of the same columns.

    .venv-dev/bin/python -m benchmarks.export_speed [--rows 1000000] [--pairs 5] [--write]

The export is one request to a running system, from its start to the last byte. The COPY is one
statement of one connection, whose rows psycopg reads. The number of lines of both is checked.
"""

import argparse
import time
from collections.abc import Buffer, Iterable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final

import httpx

from benchmarks.checks import must_be
from benchmarks.imports import files
from benchmarks.imports.tables import FileUsers
from benchmarks.machine import describe
from benchmarks.options import option_parser
from benchmarks.peaks import peak_memory
from benchmarks.ratios import Ratio
from benchmarks.results import write_result
from benchmarks.system import System

_AIM: Final = 0.7
_COPY: Final = """
    COPY (SELECT email, external_id, name, phone, is_active, must_change_password
          FROM users_uc_user ORDER BY id) TO STDOUT (FORMAT csv, HEADER)
"""


def _rate(blocks: Iterable[Buffer], users: int, start: float) -> float:
    """Return the users per second of a file, whose header is one more line."""
    lines = sum(bytes(block).count(b"\n") for block in blocks)
    seconds = time.perf_counter() - start
    must_be("the number of lines", lines, users + 1)
    return users / seconds


def export_rate(system: System, users: int) -> float:
    """Measure a download of all users."""
    url = f"{system.stack.base_url}/api/v1/users/export.csv"
    headers = {"Authorization": f"Bearer {system.client.token}"}
    start = time.perf_counter()
    with httpx.stream("GET", url, headers=headers, trust_env=False, timeout=60) as answer:
        answer.raise_for_status()
        return _rate(answer.iter_raw(), users, start)


def copy_rate(system: System, users: int) -> float:
    """Measure the COPY."""
    start = time.perf_counter()
    with system.database.cursor().copy(_COPY) as rows:
        return _rate(rows, users, start)


def measure(system: System, users: int, *, pairs: int) -> list[tuple[float, float]]:
    """Return the rates of all pairs, in alternating order, after one pair to warm up."""
    rates = []
    for pair in range(pairs + 1):
        if pair % 2:
            ours = export_rate(system, users)
            rates.append((ours, copy_rate(system, users)))
        else:
            other = copy_rate(system, users)
            rates.append((export_rate(system, users), other))
    return rates[1:]


def main() -> None:
    """Run the benchmark and print the result."""
    options = _options()
    with System.started() as system, TemporaryDirectory(prefix="accounts-bench-") as folder:
        FileUsers(files.clean(Path(folder), options.rows)).restore(system)
        system.settle()
        with peak_memory({"web": system.stack.pid("web")}) as peaks:
            rates = measure(system, options.rows + 1, pairs=options.pairs)
    ratios = sorted(ours / other for ours, other in rates)
    ratio = Ratio("export", median(ratios), _AIM)
    ours, other = (f"{median(side):,.0f}" for side in zip(*rates, strict=True))
    text = (
        f"{options.rows:,} users, medians of {options.pairs} pairs; {describe()}.\n\n"
        "| export users/s | COPY users/s | ratio (lowest, highest) | aim | web worker MB |\n"
        "|---|---|---|---|---|\n"
        f"| {ours} | {other} | **{ratio.value:.2f}** ({ratios[0]:.2f}, {ratios[-1]:.2f}) | "
        f"{_AIM:g} | {peaks.megabytes['web']:.0f} |"
    )
    print(text)
    if options.write:
        command = f"--rows {options.rows} --pairs {options.pairs}"
        write_result("export_speed", command, text, ratios=[ratio])


def _options() -> argparse.Namespace:
    parser = option_parser(__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--pairs", type=int, default=5)
    return parser.parse_args()


if __name__ == "__main__":
    main()

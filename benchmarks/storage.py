"""Imports and uploads with a store, against the same ones with a folder.

    python -m benchmarks.storage [--rows 1000000] [--pairs 5] [--megabytes 1000] [--write]

Two systems run at the same time and work in turn. One has its files in a folder, the other in a
SeaweedFS of the same machine, which uses its processors too. An import is measured from the start
of the upload to its end.
"""

import argparse
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks import upload_memory
from benchmarks.checks import must_be
from benchmarks.imports import files
from benchmarks.machine import describe
from benchmarks.options import option_parser
from benchmarks.ratios import Ratio
from benchmarks.results import write_result
from benchmarks.system import System

_AIM: Final = 0.85
_FOLDER, _STORE = "folder", "store"
_COPIES: Final = 4
"""The file, a stored copy in each system, and room for the rest of the systems."""


@contextmanager
def started() -> Iterator[dict[str, System]]:
    """Start both systems."""
    with ExitStack() as stack:
        yield {
            _FOLDER: stack.enter_context(System.started()),
            _STORE: stack.enter_context(System.started(storage="s3")),
        }


def import_rate(system: System, path: Path, rows: int) -> float:
    """Return the rows per second of an import into a system without users."""
    system.reset()
    start = time.perf_counter()
    document = system.run_import(path)
    seconds = time.perf_counter() - start
    must_be("the created users", document["result"]["created"], rows)
    return rows / seconds


def measure(
    systems: dict[str, System], path: Path, rows: int, *, pairs: int
) -> dict[str, list[float]]:
    """Return the rates of all pairs, in alternating order, after one pair to warm up."""
    rates: dict[str, list[float]] = {name: [] for name in systems}
    for pair in range(pairs + 1):
        for name in list(systems) if pair % 2 else reversed(systems):
            rate = import_rate(systems[name], path, rows)
            if pair:
                rates[name].append(rate)
    return rates


def main() -> None:
    """Run the benchmark and print the result."""
    options = _options()
    with TemporaryDirectory(prefix="accounts-bench-") as name, started() as systems:
        folder = Path(name)
        upload_memory.require_room(folder, options.megabytes, copies=_COPIES)
        users = files.clean(folder, options.rows)
        rates = measure(systems, users, options.rows, pairs=options.pairs)
        large = folder / "large.csv"
        upload_memory.write_large(large, options.megabytes)
        for system in systems.values():
            for worker in ("worker", "worker-small"):
                system.stack.stop_process(worker)  # only the upload is measured
        uploads = {name: upload_memory.measure(system, large) for name, system in systems.items()}
    ratios = sorted(s / f for s, f in zip(rates[_STORE], rates[_FOLDER], strict=True))
    ratio = Ratio("import from a store", median(ratios), _AIM)
    text = (
        f"Imports of {options.rows:,} rows, medians of {options.pairs} pairs; {describe()}.\n\n"
        "| store rows/s | folder rows/s | ratio (lowest, highest) | aim |\n"
        "|---|---|---|---|\n"
        f"| {median(rates[_STORE]):,.0f} | {median(rates[_FOLDER]):,.0f} | "
        f"**{ratio.value:.2f}** ({ratios[0]:.2f}, {ratios[-1]:.2f}) | {_AIM:g} |\n\n"
        f"One upload of {options.megabytes:,} MB each; at most 2 s from the last byte to the "
        "answer.\n\n"
        "| files in | upload s | last byte to answer s | largest web worker MB |\n"
        "|---|---|---|---|\n"
        + "\n".join(
            f"| {name} | {u.seconds:.1f} | {u.answer:.2f} | {u.web_mb:.0f} |"
            for name, u in uploads.items()
        )
    )
    print(text)
    if options.write:
        command = f"--rows {options.rows} --pairs {options.pairs} --megabytes {options.megabytes}"
        write_result("storage", command, text, ratios=[ratio])


def _options() -> argparse.Namespace:
    parser = option_parser(__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--megabytes", type=int, default=1000)
    return parser.parse_args()


if __name__ == "__main__":
    main()

"""The gain of more loaders, and the processor time of each part of an import.

    python -m benchmarks.scaling [--rows 300000] [--passwords 800] [--rounds 5] [--write]

A system for each number of loaders, which are the processes of a Celery worker. All of them run at
the same time and work in turn. PostgreSQL is limited to one core, and everything else uses all.
docs/scaling.md computes its table from the result.
"""

import argparse
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.checks import must_be
from benchmarks.imports import files
from benchmarks.machine import describe
from benchmarks.options import option_parser
from benchmarks.processor_time import keep_on_one_core, processor_seconds
from benchmarks.results import write_result
from benchmarks.system import System

_LOADERS: Final = (1, 2, 4, 8)
_HASHING: Final = (1, 2)
_UNIT_COSTS_OF: Final = 2
"""The number of loaders for the processor time of each part: the default."""
_SIZE: Final = "SELECT pg_total_relation_size('users_uc_user')"
_LOAD_MILLISECONDS: Final = """
SELECT (1000 * extract(epoch FROM finished_at - planned_at))::bigint FROM tasks_importjob
"""


@dataclass(frozen=True)
class Figures:
    """The measurements with one number of loaders, a figure for each round."""

    total: list[float] = field(default_factory=list)
    """Rows per second from the start of the upload to the end."""
    load: list[float] = field(default_factory=list)
    """Rows per second of the load alone."""
    busy: list[float] = field(default_factory=list)
    """The share of its core that PostgreSQL used during the whole import."""
    processor: dict[str, list[float]] = field(default_factory=dict)
    """Processor seconds for a million rows, by part."""
    passwords: list[float] = field(default_factory=list)
    """Hashed passwords per second."""


@contextmanager
def started() -> Iterator[dict[int, System]]:
    """Start the systems, by their number of loaders. All files count as large."""
    with ExitStack() as stack:
        systems = {
            loaders: stack.enter_context(
                System.started(workers=loaders, IMPORT_SMALL_FILE_SIZE="0")
            )
            for loaders in _LOADERS
        }
        for system in systems.values():
            system.stack.stop_process("worker-small")  # it would load too
            keep_on_one_core(system.stack.pid("postgres"))
        yield systems


def import_rows(system: System, path: Path, rows: int, figures: Figures) -> None:
    """Import the file and add the figures."""
    before = _parts(system)
    seconds = _import_seconds(system, path, rows)
    used = {name: after - before[name] for name, after in _parts(system).items()}
    figures.total.append(rows / seconds)
    figures.load.append(rows / system.count(_LOAD_MILLISECONDS) * 1000)
    figures.busy.append(used["PostgreSQL"] / seconds)
    for name, value in used.items():
        figures.processor.setdefault(name, []).append(value / rows * 1e6)


def hash_passwords(system: System, path: Path, rows: int, figures: Figures) -> None:
    """Import the file with passwords and add the figure."""
    figures.passwords.append(rows / _import_seconds(system, path, rows))


def _import_seconds(system: System, path: Path, rows: int) -> float:
    start = time.perf_counter()
    document = system.run_import(path)
    must_be("the created users", document["result"]["created"], rows)
    return time.perf_counter() - start


def _parts(system: System) -> dict[str, float]:
    pids = system.stack.pids()
    names = {"postgres": "PostgreSQL", "web": "web worker", "worker": "Celery worker"}
    return {part: processor_seconds(pids[name]) for name, part in names.items()}


def measure(systems: dict[int, System], options: argparse.Namespace) -> dict[int, Figures]:
    """Measure all systems in turn, after one round to warm up."""
    figures = {loaders: Figures() for loaders in systems}
    with TemporaryDirectory(prefix="accounts-bench-") as name:
        users = files.clean(Path(name), options.rows)
        few = files.clean(Path(name), options.passwords)
        hashed = files.rewritten(few, "passwords.csv", files.with_password)
        for turn in range(options.rounds + 1):
            for loaders, system in systems.items():
                kept = figures[loaders] if turn else Figures()
                if loaders in _HASHING:
                    system.reset()
                    hash_passwords(system, hashed, options.passwords, kept)
                system.reset()
                import_rows(system, users, options.rows, kept)
    return figures


def report(figures: dict[int, Figures], *, options: argparse.Namespace, user_bytes: float) -> str:
    """Return the tables of the result."""
    costs = figures[_UNIT_COSTS_OF].processor
    return "\n".join(
        [
            f"Imports of {options.rows:,} rows, medians of {options.rounds} rounds; {describe()}.",
            "",
            "| loaders | rows/s, import | rows/s, load | PostgreSQL's use of its core |",
            "|---|---|---|---|",
            *(
                f"| {loaders} | {median(it.total):,.0f} | {median(it.load):,.0f} "
                f"| {median(it.busy):.0%} |"
                for loaders, it in figures.items()
            ),
            "",
            f"Processor time with {_UNIT_COSTS_OF} loaders:",
            "",
            "| part | processor seconds for 1,000,000 rows |",
            "|---|---|",
            *(f"| {name} | {median(values):.1f} |" for name, values in costs.items()),
            "",
            "| processes that hash | passwords/s |",
            "|---|---|",
            *(f"| {loaders} | {median(figures[loaders].passwords):.0f} |" for loaders in _HASHING),
            "",
            f"A user takes {user_bytes:.0f} bytes in PostgreSQL, with the indexes.",
        ]
    )


def main() -> None:
    """Run the benchmark and print the result."""
    parser = option_parser(__doc__)
    parser.add_argument("--rows", type=int, default=300_000)
    parser.add_argument("--passwords", type=int, default=800)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with started() as systems:
        figures = measure(systems, options)
        user_bytes = systems[_UNIT_COSTS_OF].count(_SIZE) / options.rows
    text = report(figures, options=options, user_bytes=user_bytes)
    print(text)
    if options.write:
        command = f"--rows {options.rows} --passwords {options.passwords} --rounds {options.rounds}"
        write_result("scaling", command, text)


if __name__ == "__main__":
    main()

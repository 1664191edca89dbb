"""The time that syncing an uploaded file to disk adds to its upload.

.venv-dev/bin/python -m benchmarks.upload_sync [--megabytes 1,100,1000] [--pairs 5] [--write]

Two systems run side by side; in the second one `os.fsync` does nothing in Python. PostgreSQL syncs
its commits in both. Each pair uploads the same file to both of them, in alternating order. All
that was written before is synced first, outside of the measured time.
"""

import argparse
import io
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import NamedTuple

from benchmarks.checks import must_be
from benchmarks.machine import describe
from benchmarks.options import option_parser
from benchmarks.results import write_result
from benchmarks.system import System
from benchmarks.upload_memory import Source, require_room, sizes, write_large

_COPIES = 5
"""The file, a stored copy in each system, and room for the rest of the systems."""
_SYNCED, _UNSYNCED = "synced", "not synced"
_NO_SYNC = "import os\n\nos.fsync = lambda descriptor: None\n"


class Timing(NamedTuple):
    """Seconds from the first byte to the answer, and from the last byte to the answer."""

    upload: float
    answer: float


Timings = dict[str, list[Timing]]


@contextmanager
def started(folder: Path) -> Iterator[dict[str, System]]:
    """Start both systems, without Celery workers: only the upload is measured."""
    (folder / "sitecustomize.py").write_text(_NO_SYNC, encoding="utf-8")
    with ExitStack() as stack:
        systems = {
            _SYNCED: stack.enter_context(System.started()),
            _UNSYNCED: stack.enter_context(System.started(PYTHONPATH=str(folder))),
        }
        for system in systems.values():
            for name in ("worker", "worker-small"):
                system.stack.stop_process(name)
        yield systems


def upload(system: System, path: Path) -> Timing:
    """Upload the file to a system without jobs, while nothing else waits to be written."""
    system.reset()
    os.sync()
    before = time.perf_counter()
    with Source(io.FileIO(path)) as source:
        system.client.send(source, name=path.name)
        answered = time.perf_counter()
    stored = system.count("SELECT csv_size FROM tasks_importjob")
    must_be("the stored size", stored, path.stat().st_size)
    return Timing(answered - before, answered - source.ended_at)


def measure(systems: dict[str, System], path: Path, *, pairs: int) -> Timings:
    """Return the times of all pairs, after one pair to warm up."""
    timings: Timings = {name: [] for name in systems}
    for pair in range(pairs + 1):
        order = list(systems) if pair % 2 else list(reversed(systems))
        for name in order:
            timing = upload(systems[name], path)
            if pair:
                timings[name].append(timing)
    return timings


def rows(megabytes: int, timings: Timings) -> Iterator[str]:
    """Yield the table rows of one size: medians, and the differences within its pairs."""
    synced, unsynced = timings[_SYNCED], timings[_UNSYNCED]
    for name, field in (("whole upload", "upload"), ("last byte to answer", "answer")):
        sides = [[getattr(timing, field) for timing in side] for side in (synced, unsynced)]
        differences = sorted(a - b for a, b in zip(*sides, strict=True))
        spread = f"{median(differences):.3f} ({differences[0]:.3f} to {differences[-1]:.3f})"
        medians = " | ".join(f"{median(side):.3f}" for side in sides)
        yield f"| {megabytes:,} | {name} | {medians} | {spread} |"


def main() -> None:
    """Run the benchmark and print the result."""
    options = _options()
    lines = ["| file MB | time | synced s | not synced s | difference s |", "|---|---|---|---|---|"]
    with TemporaryDirectory(prefix="accounts-bench-") as name:
        folder = Path(name)
        require_room(folder, max(options.megabytes), copies=_COPIES)
        with started(folder) as systems:
            for megabytes in options.megabytes:
                path = folder / "large.csv"
                write_large(path, megabytes)
                timings = measure(systems, path, pairs=options.pairs)
                lines += rows(megabytes, timings)
    text = f"Medians of {options.pairs} pairs; {describe()}.\n\n" + "\n".join(lines)
    print(text)
    if options.write:
        size_list = ",".join(map(str, options.megabytes))
        write_result("upload_sync", f"--megabytes {size_list} --pairs {options.pairs}", text)


def _options() -> argparse.Namespace:
    parser = option_parser(__doc__)
    parser.add_argument(
        "--megabytes", type=sizes, default=[1, 100, 1000], help="such as 1,100,1000"
    )
    parser.add_argument("--pairs", type=int, default=5)
    return parser.parse_args()


if __name__ == "__main__":
    main()

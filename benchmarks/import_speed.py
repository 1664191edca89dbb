"""How fast an import is against one raw COPY of the same file into the same indexed table.

    .venv-dev/bin/python -m benchmarks.import_speed [--rows 1000000] [--pairs 5] [--write]

An import is timed from the start of `process_csv` to its final state, all bookkeeping included.
"""

import argparse
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.machine import describe
from benchmarks.peaks import watched
from benchmarks.results import keep
from benchmarks.system import System
from local.people import write_people

_COPY = "COPY raw_users (email, name, phone) FROM STDIN (FORMAT csv, HEADER)"


@dataclass
class Pair:
    """Seconds of one raw COPY and of the import after it."""

    copy: float
    plan: float
    total: float

    @property
    def ratio(self) -> float:
        """The import's time over the COPY's."""
        return self.total / self.copy


def raw_copy(system: System, path: Path, rows: int) -> float:
    """Seconds of one COPY with its commit, into a fresh table like the users'."""
    system.database.execute("DROP TABLE IF EXISTS raw_users")
    system.database.execute("CREATE TABLE raw_users (LIKE users_uc_user INCLUDING ALL)")
    system.database.execute("CHECKPOINT")
    start = time.perf_counter()
    with path.open("rb") as file, system.database.cursor().copy(_COPY) as copy:
        while block := file.read(1024 * 1024):
            copy.write(block)
    seconds = time.perf_counter() - start
    must_be(system.count("SELECT count(*) FROM raw_users"), rows)
    system.database.execute("DROP TABLE raw_users")
    return seconds


def run_import(system: System, path: Path, rows: int) -> tuple[float, float]:
    """Seconds of the plan and of the whole import."""
    system.reset()
    document = system.run_import(path)
    must_be(document["result"]["created"], rows)
    must_be(system.count("SELECT count(*) FROM users_uc_user WHERE import_id IS NOT NULL"), rows)
    plan, total = timing(system)
    return plan, total


def timing(system: System) -> tuple[float, float]:
    """Of the only job: its plan, and the whole of it."""
    row: Any = system.database.execute(
        "SELECT extract(epoch FROM planned_at - started_at)::float8,"
        " extract(epoch FROM finished_at - started_at)::float8 FROM tasks_importjob"
    ).fetchone()
    return row[0], row[1]


def must_be(found: int, expected: int) -> None:
    """End here where the result is not what was measured for."""
    if found != expected:
        raise SystemExit(f"wrong result: {found:,} instead of {expected:,}")


def report(pairs: list[Pair], rows: int, memory: dict[str, float]) -> str:
    """A table in Markdown."""
    lines = [
        f"{rows:,} clean shuffled rows; {describe()}.",
        "",
        "| pair | raw COPY s | plan s | import s | import rows/s | import ÷ COPY |",
        "|---|---|---|---|---|---|",
        *(_line(str(i), rows, p.copy, p.plan, p.total, p.ratio) for i, p in enumerate(pairs, 1)),
        _line("**median**", rows, *_medians(pairs)),
        "",
        "Largest process, MB: " + ", ".join(f"{n} {mb:.0f}" for n, mb in sorted(memory.items())),
    ]
    return "\n".join(lines)


def _line(name: str, rows: int, copy: float, plan: float, total: float, ratio: float) -> str:
    return f"| {name} | {copy:.2f} | {plan:.2f} | {total:.2f} | {rows / total:,.0f} | {ratio:.2f} |"


def _medians(pairs: list[Pair]) -> tuple[float, float, float, float]:
    return (
        median(p.copy for p in pairs),
        median(p.plan for p in pairs),
        median(p.total for p in pairs),
        median(p.ratio for p in pairs),
    )


def main() -> None:
    """Measure and print."""
    options = read_options(__doc__)
    with TemporaryDirectory() as folder, System.started() as system:
        path = Path(folder) / "people.csv"
        write_people(path, options.rows, bad_share=0)
        raw_copy(system, path, options.rows)  # warm-up of both sides
        run_import(system, path, options.rows)
        pids = {n: system.stack.pid(n) for n in ("web", "worker", "worker-small")}
        pairs = []
        with watched(pids) as peaks:
            for _ in range(options.pairs):
                copy = raw_copy(system, path, options.rows)
                pairs.append(Pair(copy, *run_import(system, path, options.rows)))
    text = report(pairs, options.rows, peaks.megabytes)
    print(text)
    if options.write:
        keep("import_speed", f"--rows {options.rows} --pairs {options.pairs}", text)


def read_options(description: str) -> argparse.Namespace:
    """rows, pairs and write, from the command line."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--write", action="store_true", help="keep the result in results/")
    return parser.parse_args()


if __name__ == "__main__":
    main()

"""The processor time and memory that a workbook takes, beside its sheet as a CSV file.

PYTHONPATH=app .venv-dev/bin/python -m benchmarks.workbooks [--rows 1000000] [--pairs 5] [--write]
"""

import argparse
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from threading import Event, Thread
from typing import Final

import psutil

from benchmarks.machine import describe
from benchmarks.options import option_parser
from benchmarks.results import write_result
from benchmarks.workbook_files import write_workbook
from tasks.reading.sheet import Limits, open_sheet
from tasks.reading.table import Table

_COLUMNS: Final = (3, 6, 10)
_SAMPLE_SECONDS: Final = 0.02
_LIMITS: Final = Limits(memory=1_350_000_000, seconds=300)  # those of the plan
_FORMATS: Final = ("xlsx", "ods")


def convert(workbook: Path, csv: Path) -> None:
    """Write the sheet as CSV text, as the plan does."""
    with (
        workbook.open("rb") as file,
        csv.open("wb") as target,
        open_sheet(file, None, limits=_LIMITS) as sheet,
    ):
        while block := sheet.read(64 * 1024):
            target.write(block)


def read(csv: Path, *, rows: int) -> None:
    """Read the CSV text, as the plan does."""
    with csv.open("rb") as file:
        table = Table(file, encoding="utf-8-sig", delimiter=",")
        if sum(batch.rows.height for batch in table.batches()) != rows - 1:
            raise SystemExit("Rows are missing.")


@contextmanager
def memory_of_child() -> Iterator[list[int]]:
    """Yield a list whose maximum is the memory of the child, in bytes, with its files in memory."""
    samples, ended = [0], Event()

    def sample() -> None:
        while not ended.wait(_SAMPLE_SECONDS):
            for child in psutil.Process().children():
                with suppress(psutil.Error, OSError):
                    samples.append(child.memory_info().rss + _files_in_memory(child.pid))

    thread = Thread(target=sample)
    thread.start()
    try:
        yield samples
    finally:
        ended.set()
        thread.join()


def _files_in_memory(pid: int) -> int:
    files = list(Path(f"/proc/{pid}/fd").iterdir())
    return sum(
        file.stat().st_blocks * 512 for file in files if str(file.readlink()).startswith("/memfd:")
    )


def seconds(call: Callable[[], None]) -> float:
    """Return the processor time of the call and of the processes that end in it."""
    before = sum(os.times()[:4])
    call()
    return sum(os.times()[:4]) - before


def measure(folder: Path, form: str, *, rows: int, columns: int, pairs: int) -> str:
    """Return a row of the table."""
    workbook, csv = folder / f"users.{form}", folder / "users.csv"
    write_workbook(workbook, rows=rows, columns=columns)
    with memory_of_child() as samples:
        times = [
            (
                seconds(lambda: convert(workbook, csv)),
                seconds(lambda: read(csv, rows=rows)),
            )
            for _ in range(pairs)
        ]
    converted, plain = (median(column) for column in zip(*times, strict=True))
    ratio = median(first / second for first, second in times)
    memory = max(samples) / 1e6
    sizes = " | ".join(f"{path.stat().st_size / 1e6:.0f}" for path in (workbook, csv))
    return (
        f"| `.{form}` | {columns} | {sizes} | {converted:.1f} | {plain:.2f} | {ratio:.1f} "
        f"| {memory:.0f} |"
    )


def main() -> None:
    """Run the benchmark and print the result."""
    options = _options()
    with TemporaryDirectory(prefix="accounts-bench-") as folder:
        lines = [
            measure(Path(folder), form, rows=options.rows, columns=columns, pairs=options.pairs)
            for form in options.formats
            for columns in _COLUMNS
        ]
    head = (
        "| format | columns | workbook MB | CSV MB | workbook to CSV s | reading the CSV s "
        "| ratio | memory of the process MB |\n|---|---|---|---|---|---|---|---|"
    )
    text = (
        f"{options.rows:,} rows, medians of {options.pairs} pairs; {describe()}.\n\n"
        + "\n".join([head, *lines])
        + "\n\nThe times are processor times. Aim: at most 900 MB."
    )
    print(text)
    if options.write:
        write_result("workbooks", _command_options(options), text)


def _options() -> argparse.Namespace:
    parser = option_parser(__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--formats", nargs="+", choices=_FORMATS, default=_FORMATS)
    return parser.parse_args()


def _command_options(options: argparse.Namespace) -> str:
    formats = " ".join(options.formats)
    return f"--rows {options.rows} --pairs {options.pairs} --formats {formats}"


if __name__ == "__main__":
    main()

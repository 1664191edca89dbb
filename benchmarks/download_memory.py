"""The memory of the web workers during a download of results.csv, and its time.

    .venv-dev/bin/python -m benchmarks.download_memory [--rows 100000,1000000] [--write]

Every user of the file exists and changes, so each line has old and new values.
"""

import argparse
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from benchmarks.checks import must_be
from benchmarks.imports import files
from benchmarks.imports.tables import FileUsers
from benchmarks.machine import describe
from benchmarks.options import option_parser
from benchmarks.peaks import peak_memory
from benchmarks.results import write_result
from benchmarks.system import System


@dataclass(frozen=True)
class Download:
    """The figures of one download."""

    rows: int
    megabytes: float
    first_byte: float
    seconds: float
    web_mb: float


def measure(system: System, folder: Path, rows: int) -> Download:
    """Import a file and measure a download from new web workers."""
    path = files.clean(folder, rows)
    FileUsers(files.rewritten(path, "former.csv", files.with_other_cells)).restore(system)
    system.settle()
    document = system.run_import(path, mode="upsert")
    must_be("the number of updates", document["result"]["updated"], rows)
    system.stack.restart("web")
    system.settle()
    with peak_memory({"web": system.stack.pid("web")}) as peaks:
        start = time.perf_counter()
        size, lines, first_byte = _read(system, document["links"]["results"])
        seconds = time.perf_counter() - start
    must_be("the number of lines", lines, rows + 1)
    return Download(rows, size / 1e6, first_byte - start, seconds, peaks.megabytes["web"])


def _read(system: System, url: str) -> tuple[int, int, float]:
    """Return the number of bytes and lines, and the time of the first byte."""
    headers = {"Authorization": f"Bearer {system.client.token}"}
    size, lines, first = 0, 0, 0.0
    with httpx.stream("GET", url, headers=headers, trust_env=False, timeout=60) as answer:
        answer.raise_for_status()
        for block in answer.iter_raw():
            first = first or time.perf_counter()
            size += len(block)
            lines += block.count(b"\n")
    return size, lines, first


def table(downloads: list[Download]) -> str:
    """Return the figures as a table in Markdown."""
    lines = [
        "| rows | file MB | first byte s | whole file s | largest web worker MB |",
        "|---|---|---|---|---|",
        *(
            f"| {d.rows:,} | {d.megabytes:,.0f} | {d.first_byte:.2f} | {d.seconds:.1f} "
            f"| {d.web_mb:.0f} |"
            for d in downloads
        ),
    ]
    return "\n".join(lines)


def main() -> None:
    """Measure each number of rows in turn and print the figures."""
    options = _options()
    sizes = [int(rows) for rows in options.rows.split(",")]
    with System.started() as system, TemporaryDirectory(prefix="accounts-bench-") as folder:
        downloads = [measure(system, Path(folder), rows) for rows in sizes]
    text = f"{table(downloads)}\n\n{describe()}."
    print(text)
    if options.write:
        write_result("download_memory", f"--rows {options.rows}", text)


def _options() -> argparse.Namespace:
    parser = option_parser(__doc__)
    parser.add_argument("--rows", default="100000,1000000")
    return parser.parse_args()


if __name__ == "__main__":
    main()

"""Rows per second of imports, each case against another way to load the same rows.

    .venv-dev/bin/python -m benchmarks.import_speed [--cases clean,quoted] [--rows 1000000]
                                                    [--pairs 5] [--write]

The time of an import is that from the start of `process_csv` to the final state. `--rows` scales
every case: some have ten times as many rows, some fewer. The result of each measurement is checked.
All cases take about an hour and 10 GB of disk.
"""

import argparse
import os
from collections.abc import Sequence

from benchmarks.imports.case import Case, Result
from benchmarks.imports.cases import CASES
from benchmarks.imports.measure import measure
from benchmarks.imports.report import line, table
from benchmarks.machine import describe
from benchmarks.options import option_parser
from benchmarks.results import write_result
from benchmarks.system import System

_MIN_ROWS = 10_000


def main() -> None:
    """Run the benchmark and print the result."""
    options = read_options()
    results = []
    with System.started(workers=os.cpu_count() or 2) as system:
        for case in options.cases:
            results.append(measure(case, system, rows=options.rows, pairs=options.pairs))
            print(line(results[-1]), flush=True)
            if options.write:  # after each case, because a later case may fail
                _write(results, options)
    print(_report(results, pairs=options.pairs))


def _write(results: Sequence[Result], options: argparse.Namespace) -> None:
    text = _report(results, pairs=options.pairs)
    ratios = [result.ratio for result in results]
    write_result("import_speed", command_options(options), text, ratios=ratios)


def _report(results: Sequence[Result], *, pairs: int) -> str:
    medians = f"Medians of {pairs} pairs after a warm-up" if pairs > 1 else "One pair"
    return (
        f"{medians}; {describe()}.\n\n{table(results)}\n\n"
        "Ratio: the rows/s of this project divided by those of the other side, pair by pair. Plan, "
        "load, finish: from the start of `process_csv` until the file is planned, until its last "
        "chunk is written, until the final state. Worker MB: the largest process that imports."
    )


def command_options(options: argparse.Namespace) -> str:
    """Return the options of the command that repeats this run."""
    sizes = f"--rows {options.rows} --pairs {options.pairs}"
    if options.cases == CASES:
        return sizes
    return f"--cases {','.join(case.name for case in options.cases)} {sizes}"


def read_options(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Read cases, rows, pairs and write from the command line."""
    parser = option_parser(__doc__)
    names = ",".join(case.name for case in CASES)
    parser.add_argument("--cases", type=_cases, default=CASES, help=f"some of {names}")
    parser.add_argument("--rows", type=_rows, default=1_000_000)
    parser.add_argument("--pairs", type=int, default=5)
    return parser.parse_args(arguments)


def _cases(text: str) -> tuple[Case, ...]:
    known = {case.name: case for case in CASES}
    if unknown := set(text.split(",")) - known.keys():
        raise argparse.ArgumentTypeError(f"unknown case: {', '.join(sorted(unknown))}")
    return tuple(known[name] for name in text.split(","))


def _rows(text: str) -> int:
    rows = int(text)
    if rows < _MIN_ROWS:
        raise argparse.ArgumentTypeError(
            f"must be at least {_MIN_ROWS}, so that every case has rows"
        )
    return rows


if __name__ == "__main__":
    main()

"""How fast imports are, each case against something else that is timed in turn with it.

    .venv-dev/bin/python -m benchmarks.import_speed [--cases clean,quoted] [--rows 1000000]
                                                    [--pairs 5] [--write]

An import is timed from the start of `process_csv` to its final state, all bookkeeping included.
`--rows` scales every case: some have ten times as many, some fewer. The result of each timing is
checked. All cases take about an hour and 10 GB of disk.
"""

import argparse
import os
from collections.abc import Sequence

from benchmarks.imports.case import Case, Result
from benchmarks.imports.cases import CASES
from benchmarks.imports.measure import measure
from benchmarks.imports.report import line, table
from benchmarks.machine import describe
from benchmarks.results import keep
from benchmarks.system import System

_FEWEST_ROWS = 10_000


def main() -> None:
    """Measure and print."""
    options = read_options()
    results = []
    with System.started(workers=os.cpu_count() or 2) as system:
        for case in options.cases:
            results.append(measure(case, system, rows=options.rows, pairs=options.pairs))
            print(line(results[-1]), flush=True)
            if options.write:  # each time: a later case may fail
                _keep(results, options)
    print(_report(results, pairs=options.pairs))


def _keep(results: Sequence[Result], options: argparse.Namespace) -> None:
    text = _report(results, pairs=options.pairs)
    ratios = [result.ratio for result in results]
    keep("import_speed", as_given(options), text, ratios=ratios)


def _report(results: Sequence[Result], *, pairs: int) -> str:
    medians = f"Medians of {pairs} pairs after a warm-up" if pairs > 1 else "One pair"
    return (
        f"{medians}; {describe()}.\n\n{table(results)}\n\n"
        "Ratio: our rows a second over the other side's, pair by pair. Plan, load, finish: from "
        "the start of `process_csv` until the file is planned, until its last chunk is written, "
        "until the final state. Worker MB: the largest process that imports."
    )


def as_given(options: argparse.Namespace) -> str:
    """The command line that gives the same again."""
    sizes = f"--rows {options.rows} --pairs {options.pairs}"
    if options.cases == CASES:
        return sizes
    return f"--cases {','.join(case.name for case in options.cases)} {sizes}"


def read_options(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """cases, rows, pairs and write, from the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    names = ",".join(case.name for case in CASES)
    parser.add_argument("--cases", type=_cases, default=CASES, help=f"some of {names}")
    parser.add_argument("--rows", type=_rows, default=1_000_000)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--write", action="store_true", help="keep the result in results/")
    return parser.parse_args(arguments)


def _cases(text: str) -> tuple[Case, ...]:
    known = {case.name: case for case in CASES}
    if unknown := set(text.split(",")) - known.keys():
        raise argparse.ArgumentTypeError(f"no such case: {', '.join(sorted(unknown))}")
    return tuple(known[name] for name in text.split(","))


def _rows(text: str) -> int:
    rows = int(text)
    if rows < _FEWEST_ROWS:
        raise argparse.ArgumentTypeError(f"at least {_FEWEST_ROWS}, to give every case some rows")
    return rows


if __name__ == "__main__":
    main()

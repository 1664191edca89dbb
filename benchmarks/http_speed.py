"""Requests per second of the API and of a FastAPI service on the same PostgreSQL.

    .venv-dev/bin/python -m benchmarks.http_speed [--parts bare,instrumented,growth,login]
                                                  [--rows 1000000] [--pairs 5] [--write]

The peer is benchmarks/peers/fastapi_template. The first start creates its environment. Each side
has two web workers, and h2load sends the requests from the same machine. The answers are checked
after each measurement. `--rows` is the number of users; the part growth has ten times as many. All
parts take about half an hour.
"""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.http import load, peer
from benchmarks.http.growth import growth
from benchmarks.http.line import Line, table
from benchmarks.http.login import login
from benchmarks.http.rounds import bare, instrumented
from benchmarks.http.users import system_with_users
from benchmarks.machine import describe
from benchmarks.options import option_parser
from benchmarks.results import write_result

_ON_ONE_SYSTEM = {"bare": bare, "instrumented": instrumented, "login": login}
_PARTS = ("bare", "instrumented", "login", "growth")
_FEW = 1_000


def main() -> None:
    """Run the benchmark and print the result."""
    options = read_options()
    load.require()
    peer.make_environment()
    lines = []
    with TemporaryDirectory(prefix="accounts-bench-") as folder:
        for line in measure(options, Path(folder)):
            print(f"{line.label}: {line.ratio.value:.2f} of {line.aim:g}", flush=True)
            lines.append(line)
    text = _report(lines, rows=options.rows, pairs=options.pairs)
    print(text)
    if options.write:
        ratios = [line.ratio for line in lines]
        write_result("http_speed", command_options(options), text, ratios=ratios)


def measure(options: argparse.Namespace, folder: Path) -> Iterator[Line]:
    """Measure the chosen parts."""
    together = [part for name, part in _ON_ONE_SYSTEM.items() if name in options.parts]
    if together:
        with system_with_users(options.rows) as system:
            for part in together:
                yield from part(system, folder, pairs=options.pairs)
    if "growth" in options.parts:
        yield from growth(folder, few=_FEW, many=10 * options.rows, pairs=options.pairs)


def _report(lines: Sequence[Line], *, rows: int, pairs: int) -> str:
    return (
        f"{rows:,} users, two web workers, {load.CONNECTIONS} connections; medians of {pairs} "
        f"pairs after a warm-up; {describe()}.\n\n{table(lines)}\n\n"
        "Ratio: the figure of this project divided by that of the other side, pair by pair; for "
        "p99 the inverse, so that more is always better. Bare: this project counts its requests "
        "for Prometheus, the peer does not. Instrumented: both count them, and send a tenth of "
        "their traces. p99: both sides at 70 % of the throughput of the slower side."
    )


def command_options(options: argparse.Namespace) -> str:
    """Return the options of the command that repeats this run."""
    sizes = f"--rows {options.rows} --pairs {options.pairs}"
    return sizes if options.parts == _PARTS else f"--parts {','.join(options.parts)} {sizes}"


def read_options(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Read parts, rows, pairs and write from the command line."""
    parser = option_parser(__doc__)
    parser.add_argument("--parts", type=_parts, default=_PARTS, help=f"some of {','.join(_PARTS)}")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--pairs", type=int, default=5)
    return parser.parse_args(arguments)


def _parts(text: str) -> tuple[str, ...]:
    parts = tuple(text.split(","))
    if unknown := set(parts) - set(_PARTS):
        raise argparse.ArgumentTypeError(f"unknown part: {', '.join(sorted(unknown))}")
    return parts


if __name__ == "__main__":
    main()

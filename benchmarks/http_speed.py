"""How many requests a second the API answers, against a peer on the same PostgreSQL.

    .venv-dev/bin/python -m benchmarks.http_speed [--parts bare,instrumented,growth,login]
                                                  [--rows 1000000] [--pairs 5] [--write]

The peer is benchmarks/peers/fastapi_template; its environment is made at the first start. Two web
processes each, load by h2load on the same machine. The answers are checked after each timing.
`--rows` are the users; the part growth has ten times as many. All parts take about half an hour.
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
from benchmarks.results import keep

_ON_ONE_SYSTEM = {"bare": bare, "instrumented": instrumented, "login": login}
_PARTS = ("bare", "instrumented", "login", "growth")
_FEW = 1_000


def main() -> None:
    """Measure and print."""
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
        keep("http_speed", as_given(options), text, ratios=ratios)


def measure(options: argparse.Namespace, folder: Path) -> Iterator[Line]:
    """The parts that are asked for."""
    together = [part for name, part in _ON_ONE_SYSTEM.items() if name in options.parts]
    if together:
        with system_with_users(options.rows) as system:
            for part in together:
                yield from part(system, folder, pairs=options.pairs)
    if "growth" in options.parts:
        yield from growth(folder, few=_FEW, many=10 * options.rows, pairs=options.pairs)


def _report(lines: Sequence[Line], *, rows: int, pairs: int) -> str:
    return (
        f"{rows:,} users, two web processes, {load.CONNECTIONS} connections; medians of {pairs} "
        f"pairs after a warm-up; {describe()}.\n\n{table(lines)}\n\n"
        "Ratio: ours over the other side's, pair by pair, so that more is better; of p99 the other "
        "way round. Bare: ours counts its requests for Prometheus all the same. Instrumented: both "
        "count, and send a tenth of their traces. p99: both at 70 % of what the slower one takes."
    )


def as_given(options: argparse.Namespace) -> str:
    """The command line that gives the same again."""
    sizes = f"--rows {options.rows} --pairs {options.pairs}"
    return sizes if options.parts == _PARTS else f"--parts {','.join(options.parts)} {sizes}"


def read_options(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """parts, rows, pairs and write, from the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--parts", type=_parts, default=_PARTS, help=f"of {','.join(_PARTS)}")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--write", action="store_true", help="keep the result in results/")
    return parser.parse_args(arguments)


def _parts(text: str) -> tuple[str, ...]:
    parts = tuple(text.split(","))
    if unknown := set(parts) - set(_PARTS):
        raise argparse.ArgumentTypeError(f"no such part: {', '.join(sorted(unknown))}")
    return parts


if __name__ == "__main__":
    main()

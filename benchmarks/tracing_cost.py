"""What traces cost a request, and what it costs when the collector is away or silent.

.venv-dev/bin/python -m benchmarks.tracing_cost [--pairs 7] [--requests 400] [--write]

Four systems run side by side: without the variable, and with a collector that takes spans, one
whose port is closed, and one that accepts connections and never answers. In each round every one
gets the same requests, one after the other; a round's figure is their median time.
"""

import argparse
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from statistics import median

from benchmarks.machine import describe
from benchmarks.results import keep
from benchmarks.system import System
from tests.collector import collecting

_OFF = "no collector set"
Figures = dict[str, list[float]]


@contextmanager
def endpoints() -> Iterator[dict[str, str]]:
    """The collectors, by what they do."""
    with collecting() as gone:
        pass
    with collecting() as taking, closing(socket.create_server(("127.0.0.1", 0))) as silent:
        yield {
            _OFF: "",
            "it takes spans": taking.url,
            "its port is closed": gone.url,
            "it never answers": f"http://127.0.0.1:{silent.getsockname()[1]}",
        }


def request_ms(system: System, requests: int) -> float:
    """The median time of a request that reads one user, in milliseconds."""
    times = []
    for _ in range(requests):
        before = time.perf_counter()
        system.client.status("/api/users/me/")
        times.append(time.perf_counter() - before)
    return median(times) * 1000


def measure(*, pairs: int, requests: int) -> Figures:
    """Rounds of all systems in turn, after one round to warm up."""
    with ExitStack() as stack:
        collectors = stack.enter_context(endpoints())
        systems = {
            name: stack.enter_context(System.started(OTEL_EXPORTER_JAEGER_ENDPOINT=url))
            for name, url in collectors.items()
        }
        figures: Figures = {name: [] for name in systems}
        for turn in range(pairs + 1):
            for name, system in systems.items():
                took = request_ms(system, requests)
                if turn:
                    figures[name].append(took)
    return figures


def table(figures: Figures) -> str:
    """Medians, and the medians of the ratios to the first."""
    lines = ["| collector | ms a request | to without |", "|---|---|---|"]
    for name, times in figures.items():
        ratios = sorted(a / b for a, b in zip(times, figures[_OFF], strict=True))
        spread = f"{median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})"
        lines.append(f"| {name} | {median(times):.2f} | {spread} |")
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=7)
    parser.add_argument("--requests", type=int, default=400)
    parser.add_argument("--write", action="store_true", help="keep the result in results/")
    options = parser.parse_args()
    figures = measure(pairs=options.pairs, requests=options.requests)
    text = f"`GET /api/users/me/`, {options.requests} a round; {describe()}.\n\n{table(figures)}"
    print(text)
    if options.write:
        keep("tracing_cost", f"--pairs {options.pairs} --requests {options.requests}", text)


if __name__ == "__main__":
    main()

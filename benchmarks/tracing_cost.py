"""The time of a request with traces, also if the collector is unavailable or does not answer.

.venv-dev/bin/python -m benchmarks.tracing_cost [--pairs 7] [--requests 400] [--write]

Four systems run at the same time: one without a collector, one with a collector that accepts spans,
one with a collector whose port is closed, and one with a collector that never answers. In each
round every system gets the same requests, one after the other. The figure of a round is the median
time.
"""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from statistics import median

from benchmarks.machine import describe
from benchmarks.options import option_parser
from benchmarks.results import write_result
from benchmarks.system import System
from tests.collector import collecting

_OFF = "no collector set"
Figures = dict[str, list[float]]


@contextmanager
def endpoints() -> Iterator[dict[str, str]]:
    """Yield the URLs of the collectors by their behaviour."""
    with collecting() as closed:
        pass
    with collecting() as accepting, closing(socket.create_server(("127.0.0.1", 0))) as silent:
        yield {
            _OFF: "",
            "it accepts spans": accepting.url,
            "its port is closed": closed.url,
            "it never answers": f"http://127.0.0.1:{silent.getsockname()[1]}",
        }


def request_ms(system: System, requests: int) -> float:
    """Return the median time of a request that reads one user, in milliseconds."""
    times = []
    for _ in range(requests):
        before = time.perf_counter()
        system.client.status("/api/v1/users/me/")
        times.append(time.perf_counter() - before)
    return median(times) * 1000


def measure(*, pairs: int, requests: int) -> Figures:
    """Measure all systems in turn, after one round to warm up."""
    with ExitStack() as stack:
        collectors = stack.enter_context(endpoints())
        systems = {
            name: stack.enter_context(System.started(OTEL_EXPORTER_JAEGER_ENDPOINT=url))
            for name, url in collectors.items()
        }
        figures: Figures = {name: [] for name in systems}
        for turn in range(pairs + 1):
            for name, system in systems.items():
                milliseconds = request_ms(system, requests)
                if turn:
                    figures[name].append(milliseconds)
    return figures


def table(figures: Figures) -> str:
    """Return a table in Markdown with the medians and their ratios to no collector."""
    lines = ["| collector | ms per request | ratio to no collector |", "|---|---|---|"]
    for name, times in figures.items():
        ratios = sorted(a / b for a, b in zip(times, figures[_OFF], strict=True))
        spread = f"{median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})"
        lines.append(f"| {name} | {median(times):.2f} | {spread} |")
    return "\n".join(lines)


def main() -> None:
    """Run the benchmark and print the result."""
    parser = option_parser(__doc__)
    parser.add_argument("--pairs", type=int, default=7)
    parser.add_argument("--requests", type=int, default=400)
    options = parser.parse_args()
    figures = measure(pairs=options.pairs, requests=options.requests)
    conditions = f"`GET /api/v1/users/me/`, {options.requests} requests per round; {describe()}."
    text = f"{conditions}\n\n{table(figures)}"
    print(text)
    if options.write:
        write_result("tracing_cost", f"--pairs {options.pairs} --requests {options.requests}", text)


if __name__ == "__main__":
    main()

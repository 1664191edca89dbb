"""The peer and this project under the same load, measured in turn."""

from collections import defaultdict
from collections.abc import Iterator

from benchmarks.http.answers import check
from benchmarks.http.line import Line
from benchmarks.http.load import p99_ms, throughput
from benchmarks.http.ours import LIST, ME, ONE
from benchmarks.http.service import Service
from benchmarks.system import System

_SECONDS = 5
_LOAD = 0.7
"""The load during the measurement of p99, as a share of the slower side's throughput."""

Figures = dict[str, list[float]]


def duel(
    system: System, ours: Service, peer: Service, *, pairs: int, title: str, aim: float
) -> Iterator[Line]:
    """Measure pairs after a warm-up, and yield two lines for each endpoint."""
    for endpoint in (ME, ONE, LIST):
        rates, tails = _measure(system, endpoint, (peer, ours), pairs=pairs)
        yield Line(
            label=f"{endpoint}, {title}",
            against=peer.name,
            unit="requests/s",
            ours=rates[ours.name],
            other=rates[peer.name],
            aim=aim,
        )
        yield Line(
            label=f"{endpoint}, {title}: p99 at the same {_LOAD:.0%} load",
            against=peer.name,
            unit="ms",
            ours=tails[ours.name],
            other=tails[peer.name],
            aim=1,
            less_is_better=True,
        )


def _measure(
    system: System, endpoint: str, services: tuple[Service, ...], *, pairs: int
) -> tuple[Figures, Figures]:
    rates, tails = defaultdict(list), defaultdict(list)
    for turn in range(pairs + 1):
        services = services[::-1]  # so that the order favours neither side
        reached = {s.name: throughput(s, endpoint, seconds=_SECONDS) for s in services}
        load = _LOAD * min(reached.values())
        for service in services:
            tail = p99_ms(service, endpoint, rate=load, seconds=_SECONDS)
            check(service, endpoint, system)
            if turn:
                rates[service.name].append(reached[service.name])
                tails[service.name].append(tail)
    return rates, tails

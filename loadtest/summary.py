"""The figures of a run."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from statistics import fmean
from typing import Any

from loadtest.jtl import Sample
from loadtest.plan import ENDPOINTS

ALL = "all"


@dataclass(frozen=True)
class Figures:
    """The figures of one endpoint or of all.

    Times are in milliseconds, the throughput is in requests per second.
    """

    label: str
    requests: int
    errors: int
    mean: float
    p50: int
    p90: int
    p95: int
    p99: int
    throughput: float

    @property
    def error_ratio(self) -> float:
        """The share of failed requests, from 0 to 1."""
        return self.errors / self.requests


@dataclass(frozen=True)
class ErrorKind:
    """The errors of one endpoint with the same code and text."""

    label: str
    code: str
    text: str
    count: int


@dataclass(frozen=True)
class Summary:
    """The figures of a run. `goal` and `reached` are None if loops are counted."""

    total: Figures
    endpoints: list[Figures]
    error_kinds: list[ErrorKind]
    seconds: float
    goal: float | None
    reached: float | None
    """The requests per second with all users."""

    def document(self) -> dict[str, Any]:
        """Return the content of summary.json."""
        return asdict(self)


def percentile(ordered: Sequence[int], percent: int) -> int:
    """Return the smallest value that `percent` of the values do not exceed (nearest rank)."""
    return ordered[math.ceil(len(ordered) * percent / 100) - 1]


def summarise(samples: Sequence[Sample], *, goal: float | None, ramp_up: float) -> Summary:
    """Compute the figures of `samples`, which are ordered by their start.

    The goal is compared with the requests after `ramp_up` seconds.
    """
    first, last = samples[0].start, max(sample.end for sample in samples)
    seconds = max(last - first, 1) / 1000
    grouped = defaultdict(list)
    for sample in samples:
        grouped[sample.label].append(sample)
    known = [label for label in ENDPOINTS if label in grouped]
    labels = [*known, *sorted(grouped.keys() - known)]
    return Summary(
        total=_figures(ALL, samples, seconds),
        endpoints=[_figures(label, grouped[label], seconds) for label in labels],
        error_kinds=_error_kinds(samples),
        seconds=seconds,
        goal=goal,
        reached=_rate(samples, since=first + ramp_up * 1000) if goal is not None else None,
    )


def _figures(label: str, samples: Sequence[Sample], seconds: float) -> Figures:
    times = sorted(sample.elapsed for sample in samples)
    p50, p90, p95, p99 = (percentile(times, percent) for percent in (50, 90, 95, 99))
    return Figures(
        label=label,
        requests=len(samples),
        errors=sum(not sample.ok for sample in samples),
        mean=round(fmean(times), 1),
        p50=p50,
        p90=p90,
        p95=p95,
        p99=p99,
        throughput=round(len(samples) / seconds, 3),
    )


def _error_kinds(samples: Iterable[Sample]) -> list[ErrorKind]:
    counted = Counter((s.label, s.code, s.error) for s in samples if not s.ok)
    return [ErrorKind(*kind, count) for kind, count in counted.most_common()]


def _rate(samples: Sequence[Sample], *, since: float) -> float:
    """Return the requests per second from `since` (in ms) to the last start."""
    later = [sample for sample in samples if sample.start >= since]
    if len(later) < 2:
        return 0.0
    return round((len(later) - 1) * 1000 / max(later[-1].start - later[0].start, 1), 2)

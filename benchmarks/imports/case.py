"""A line of the result: what is measured, against what, and how much faster it shall be."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from benchmarks.imports.sides import Phases, Side, Timing
from benchmarks.ratios import Ratio


@dataclass(frozen=True)
class Duel:
    """Two sides with their files written."""

    ours: Side
    other: Side


@dataclass(frozen=True, kw_only=True)
class Case:
    """`build` writes the files into an empty folder, for so many rows.

    `aim`: our rows a second over the other side's, at least.
    `size`: its rows over those asked for. `warm_up`: the rows of its warm-up over its own.
    `memory_mb`: what the largest worker process stays under.
    """

    name: str
    title: str
    against: str
    aim: float
    build: Callable[[Path, int], Duel]
    size: float = 1
    warm_up: float = 1
    memory_mb: int = 500


@dataclass
class Result:
    """The pairs of a case, and the largest memory of the processes meanwhile, in MB."""

    case: Case
    ours: list[Timing] = field(default_factory=list)
    other: list[Timing] = field(default_factory=list)
    megabytes: dict[str, float] = field(default_factory=dict)

    @property
    def ratios(self) -> list[float]:
        """Of each pair: our rows a second over the other side's."""
        return [a.rate / b.rate for a, b in zip(self.ours, self.other, strict=True)]

    @property
    def ratio(self) -> Ratio:
        """The median."""
        return Ratio(self.case.name, median(self.ratios), self.case.aim)

    @property
    def worker_mb(self) -> float:
        """Of the largest process that imports."""
        return max(mb for name, mb in self.megabytes.items() if name.startswith("worker"))

    @property
    def phases(self) -> Phases:
        """The median of each."""
        phases = [timing.phases for timing in self.ours if timing.phases]
        return Phases(
            median(p.plan for p in phases),
            median(p.load for p in phases),
            median(p.finish for p in phases),
        )

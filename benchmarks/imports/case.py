"""A case of import_speed and its result."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from benchmarks.imports.sides import Phases, Side, Timing
from benchmarks.ratios import Ratio


@dataclass(frozen=True)
class Duel:
    """The two sides of a case, whose files exist."""

    ours: Side
    other: Side


@dataclass(frozen=True, kw_only=True)
class Case:
    """A comparison of an import with another side.

    `build` writes the files of a number of rows into an empty folder.
    `aim` is the minimum ratio of our rows/s to those of the other side.
    `size` is the number of rows as a multiple of `--rows`. `warm_up` is that of the warm-up as a
    share of it.
    `memory_mb` is the memory limit of the largest worker process.
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
    """The pairs of a case, and the peak memory of each process in MB."""

    case: Case
    ours: list[Timing] = field(default_factory=list)
    other: list[Timing] = field(default_factory=list)
    megabytes: dict[str, float] = field(default_factory=dict)

    @property
    def ratios(self) -> list[float]:
        """The ratio of each pair: our rows/s divided by those of the other side."""
        return [a.rate / b.rate for a, b in zip(self.ours, self.other, strict=True)]

    @property
    def ratio(self) -> Ratio:
        """The median of the ratios."""
        return Ratio(self.case.name, median(self.ratios), self.case.aim)

    @property
    def worker_mb(self) -> float:
        """The peak memory of the largest process that imports."""
        return max(mb for name, mb in self.megabytes.items() if name.startswith("worker"))

    @property
    def phases(self) -> Phases:
        """The median of each phase."""
        phases = [timing.phases for timing in self.ours if timing.phases]
        return Phases(
            median(p.plan for p in phases),
            median(p.load for p in phases),
            median(p.finish for p in phases),
        )

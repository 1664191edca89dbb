"""A line of the result table."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.ratios import Ratio

_HEAD = ("case", "against", "its figure", "ours", "ratio (lowest, highest)", "aim", "met")


@dataclass(frozen=True, kw_only=True)
class Line:
    """The figures of both sides, and the aim of their ratio."""

    label: str
    against: str
    unit: str
    ours: Sequence[float]
    other: Sequence[float]
    aim: float
    less_is_better: bool = False

    @property
    def ratios(self) -> list[float]:
        """The ratio of each pair: ours divided by the other, or the inverse if less is better."""
        pairs = zip(self.ours, self.other, strict=True)
        return [b / a if self.less_is_better else a / b for a, b in pairs]

    @property
    def ratio(self) -> Ratio:
        """The median of the ratios."""
        return Ratio(self.label, median(self.ratios), self.aim)

    @property
    def cells(self) -> list[str]:
        """The cells of the table."""
        low, high = min(self.ratios), max(self.ratios)
        return [
            *(self.label, self.against, self._figure(self.other), self._figure(self.ours)),
            f"**{self.ratio.value:.2f}** ({low:.2f}, {high:.2f})",
            f"{self.aim:g}",
            "yes" if self.ratio.is_met else "**no**",
        ]

    def _figure(self, values: Sequence[float]) -> str:
        return f"{median(values):,.{0 if median(values) >= 100 else 1}f} {self.unit}"


def table(lines: Sequence[Line]) -> str:
    """Return the lines as a table in Markdown, with the medians of the pairs."""
    rows = [_HEAD, ["---"] * len(_HEAD), *(line.cells for line in lines)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)

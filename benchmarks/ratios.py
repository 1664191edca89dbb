"""The result of a benchmark: a ratio and its aim."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Ratio:
    """A ratio that must be at least `aim`."""

    label: str
    value: float
    aim: float

    @property
    def is_met(self) -> bool:
        """Whether the ratio, rounded to two places as in the output, reaches the aim."""
        return round(self.value, 2) >= self.aim

"""What a benchmark comes to: a ratio, and what it shall be."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Ratio:
    """`aim`: at least."""

    label: str
    value: float
    aim: float

    @property
    def is_met(self) -> bool:
        """As it is printed, to two places."""
        return round(self.value, 2) >= self.aim

"""The outcomes of an import as numbers and as a chart."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_lazy as _

from core.http.language import number

NAMES: Final = {
    "created": _("created"),
    "updated": _("updated"),
    "unchanged": _("unchanged"),
    "skipped": _("skipped"),
    "failed": _("rejected"),
    "not_loaded": _("not imported"),
}
WIDTH: Final = 1000
"""The width of a chart in its own units."""


@dataclass(frozen=True)
class Outcome:
    """An outcome with its number of rows, and its bar in the chart."""

    key: str
    name: str
    count: int
    x: float
    width: float


@dataclass(frozen=True)
class Chart:
    """All outcomes in one bar. `text` says the same in words."""

    outcomes: list[Outcome]
    text: str


def chart(counts: Mapping[str, int], *, rows: int | None) -> Chart:
    """Return the chart of the counts. The bar is full if they sum to `rows`."""
    outcomes = list(_outcomes(counts, rows or 0))
    filled = (f"{number(each.count)} {each.name}" for each in outcomes if each.count)
    return Chart(outcomes, ", ".join(filled))


def _outcomes(counts: Mapping[str, int], rows: int) -> Iterator[Outcome]:
    x = 0.0
    for key, name in NAMES.items():
        count = counts.get(key, 0)
        width = round(WIDTH * count / rows, 2) if rows else 0.0
        yield Outcome(key, str(name), count, round(x, 2), width)
        x += width

"""Numbers, sizes and durations in the pages of the console."""

import pytest
from django.utils import translation

from console.templatetags.figures import duration, grouped, size


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1000, "1 kB"),
        (12_520, "12.5 kB"),
        (5_000_000_000, "5 GB"),
        (9_960_000_000_000, "9960 GB"),
    ],
)
def test_a_size_has_decimal_units(value: int, text: str) -> None:
    assert size(value) == text


def test_figures_follow_the_language() -> None:
    with translation.override("pt-br"):
        assert (size(12_520), grouped(1000)) == ("12,5 kB", "1.000")


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.4, "0 s"), (61, "1 min 1 s"), (7_260, "2 h 1 min")]
)
def test_a_duration_has_two_units(seconds: float, text: str) -> None:
    assert duration(seconds) == text

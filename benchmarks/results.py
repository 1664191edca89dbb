"""Dated results, each with the command that repeats it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.plots import draw
from benchmarks.ratios import Ratio

_FOLDER = Path(__file__).parent / "results"


def write_result(benchmark: str, options: str, text: str, *, ratios: Sequence[Ratio] = ()) -> None:
    """Write `results/DATE-BENCHMARK.md`, and the ratios as an SVG beside it."""
    command = f"python -m benchmarks.{benchmark} {options}".rstrip()
    path = _FOLDER / f"{datetime.now(UTC):%Y-%m-%d}-{benchmark}.md"
    parts = [f"`{command}`", text]
    if ratios:
        plot = path.with_suffix(".svg")
        draw(plot, command, ratios)
        parts.append(f"![ratios and aims]({plot.name})")
    path.write_text("\n\n".join(parts) + "\n", encoding="utf-8")

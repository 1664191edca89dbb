"""Dated results, each with the command that gave it."""

from datetime import UTC, datetime
from pathlib import Path

_FOLDER = Path(__file__).parent / "results"


def keep(benchmark: str, options: str, text: str) -> None:
    """Write `results/DATE-BENCHMARK.md`."""
    command = f"python -m benchmarks.{benchmark} {options}"
    path = _FOLDER / f"{datetime.now(UTC):%Y-%m-%d}-{benchmark}.md"
    path.write_text(f"`{command}`\n\n{text}\n", encoding="utf-8")

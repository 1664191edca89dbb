"""The figures of a run in the terminal."""

from rich.console import Console
from rich.table import Table

from loadtest.summary import Figures, Summary

_COLUMNS = ("requests", "errors", "mean", "p50", "p90", "p95", "p99", "per s")
_MAX_ERROR_KINDS = 10
_THROTTLED = (
    "429: the rate limit of logins or registrations was reached; start the system with a higher"
    " THROTTLE_LOGIN and THROTTLE_REGISTER, for example 1000/min"
)


def show(summary: Summary, *, comparison: str) -> None:
    """Print the figures, in a fixed width because a pipe has none."""
    console = Console(width=120, highlight=False)
    table = Table("endpoint (times in ms)")
    for name in _COLUMNS:
        table.add_column(name, justify="right")
    for figures in summary.endpoints:
        table.add_row(*_cells(figures))
    table.add_section()
    table.add_row(*_cells(summary.total))
    console.print(table)
    for kind in summary.error_kinds[:_MAX_ERROR_KINDS]:
        console.print(f"{kind.count} x {kind.label}: {kind.code} {kind.text}", markup=False)
    if any(kind.code == "429" for kind in summary.error_kinds):
        console.print(_THROTTLED)
    if summary.goal is not None:
        console.print(f"with all users: {summary.reached:.1f} of {summary.goal:.1f} requests/s")
    console.print(f"checked in the database: {comparison}")


def _cells(figures: Figures) -> tuple[str, ...]:
    times = (figures.p50, figures.p90, figures.p95, figures.p99)
    return (
        figures.label,
        f"{figures.requests:,}",
        f"{figures.errors:,}",
        f"{figures.mean:,.1f}",
        *(f"{time:,}" for time in times),
        f"{figures.throughput:.2f}",
    )

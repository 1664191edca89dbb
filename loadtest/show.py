"""The run in the terminal."""

from rich.console import Console
from rich.table import Table

from loadtest.summary import Figures, Summary

_COLUMNS = ("requests", "errors", "mean", "p50", "p90", "p95", "p99", "per s")
_MOST_PROBLEMS = 10
_THROTTLED = (
    "429 is the limit of logins or registrations: start the system with a higher THROTTLE_LOGIN"
    " and THROTTLE_REGISTER, for example 1000/min"
)


def show(summary: Summary, *, checked: str) -> None:
    """Times in milliseconds. As wide as it needs to be: a pipe has no width."""
    console = Console(width=120, highlight=False)
    table = Table("endpoint (times in ms)")
    for name in _COLUMNS:
        table.add_column(name, justify="right")
    for figures in summary.endpoints:
        table.add_row(*_cells(figures))
    table.add_section()
    table.add_row(*_cells(summary.total))
    console.print(table)
    for problem in summary.problems[:_MOST_PROBLEMS]:
        console.print(
            f"{problem.count} x {problem.label}: {problem.code} {problem.text}", markup=False
        )
    if any(problem.code == "429" for problem in summary.problems):
        console.print(_THROTTLED)
    if summary.goal is not None:
        console.print(f"with all users: {summary.reached:.1f}/s of {summary.goal:.1f}/s")
    console.print(f"in the database: {checked}")


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

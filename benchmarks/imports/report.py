"""The results of import_speed as text."""

from collections.abc import Sequence
from statistics import median

from benchmarks.imports.case import Result
from benchmarks.imports.sides import Timing

_HEAD = (
    *("case", "rows", "against", "its rows", "its rows/s", "our rows/s"),
    *(
        "ratio (lowest, highest)",
        "aim",
        "met",
        "plan s",
        "load s",
        "finish s",
        "worker MB",
        "at most",
    ),
)


def table(results: Sequence[Result]) -> str:
    """Return a table in Markdown with a line for each case, with the medians of its pairs."""
    lines = [_HEAD, ["---"] * len(_HEAD), *map(_cells, results)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cells(result: Result) -> list[str]:
    case, phases = result.case, result.phases
    low, high = min(result.ratios), max(result.ratios)
    return [
        case.title,
        f"{result.ours[0].rows:,}",
        case.against,
        f"{result.other[0].rows:,}",
        _rate(result.other),
        _rate(result.ours),
        f"**{result.ratio.value:.2f}** ({low:.2f}, {high:.2f})",
        f"{case.aim:g}",
        "yes" if result.ratio.is_met else "**no**",
        *(f"{seconds:.2f}" for seconds in (phases.plan, phases.load, phases.finish)),
        f"{result.worker_mb:.0f}",
        f"{case.memory_mb}",
    ]


def _rate(timings: Sequence[Timing]) -> str:
    return f"{median(timing.rate for timing in timings):,.0f}"


def line(result: Result) -> str:
    """Return the result of one case as a line of progress."""
    verdict = "met" if result.ratio.is_met else "NOT met"
    phases = result.phases
    return (
        f"{result.case.name}: {result.ratio.value:.2f} of {result.case.aim:g}, {verdict}; "
        f"plan {phases.plan:.2f} s, load {phases.load:.2f} s, finish {phases.finish:.2f} s; "
        f"{_rate(result.ours)} rows/s against {_rate(result.other)} rows/s; "
        f"worker {result.worker_mb:.0f} MB"
    )

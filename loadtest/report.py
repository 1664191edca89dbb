"""The report of a run as one HTML file."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from pathlib import Path
from string import Template

from plotly.offline import get_plotlyjs

from loadtest.jtl import Sample
from loadtest.plots import Plot, plots
from loadtest.summary import Figures, Summary
from loadtest.thresholds import Thresholds, fails_too_often, is_late

_TEMPLATE = Path(__file__).with_name("report.html")
_HEADINGS = ("endpoint", "requests", "errors", "mean ms", "p50", "p90", "p95", "p99", "per s")


@dataclass(frozen=True)
class Heading:
    """The texts above the figures."""

    url: str
    started: datetime
    about: str
    comparison: str
    failures: Sequence[str]
    """The reasons why the run has failed; empty if it has passed."""


def write_report(
    path: Path,
    heading: Heading,
    samples: Sequence[Sample],
    summary: Summary,
    thresholds: Thresholds,
) -> None:
    """Write the report. `samples` are ordered by their start."""
    page = Template(_TEMPLATE.read_text(encoding="utf-8")).substitute(
        url=escape(heading.url),
        started=f"{heading.started:%Y-%m-%d %H:%M:%S}",
        about=escape(heading.about),
        plotly=get_plotlyjs(),
        verdict=_verdict(heading.failures),
        tiles=_tiles(summary, heading.comparison),
        endpoints=_endpoints(summary, thresholds),
        errors=_errors(summary),
        plots="".join(_section(plot) for plot in plots(samples, summary, thresholds.p95_ms)),
    )
    path.write_text(page, encoding="utf-8")


def _verdict(failures: Sequence[str]) -> str:
    if not failures:
        return '<div class="verdict passed">Passed: every threshold was met.</div>'
    items = "".join(f"<li>{escape(failure)}</li>" for failure in failures)
    return f'<div class="verdict failed">Failed<ul>{items}</ul></div>'


def _tiles(summary: Summary, comparison: str) -> str:
    total = summary.total
    goal = "" if summary.goal is None else f" at full load, of {summary.goal:.1f}"
    reached = total.throughput if summary.reached is None else summary.reached
    tiles = (
        (f"{total.requests:,}", f"requests in {summary.seconds:.0f} s"),
        (f"{total.errors:,}", f"errors, {total.error_ratio:.2%}"),
        (f"{reached:.1f}", f"requests per second{goal}"),
        (f"{total.p95} ms", "p95 of all requests"),
    )
    html = "".join(f"<div><b>{value}</b>{escape(text)}</div>" for value, text in tiles)
    return f"{html}<div>Checked in the database: {escape(comparison)}</div>"


def _endpoints(summary: Summary, thresholds: Thresholds) -> str:
    rows = "".join(
        _row(_cells(figures), bad=_bad(figures, thresholds)) for figures in summary.endpoints
    )
    foot = _row(_cells(summary.total), bad=set())
    return f"<table>{_head(_HEADINGS)}<tbody>{rows}</tbody><tfoot>{foot}</tfoot></table>"


def _cells(figures: Figures) -> list[str]:
    times = (f"{value:,}" for value in (figures.p50, figures.p90, figures.p95, figures.p99))
    counts = (f"{figures.requests:,}", f"{figures.errors:,}", f"{figures.mean:,.1f}")
    return [figures.label, *counts, *times, f"{figures.throughput:.2f}"]


def _bad(figures: Figures, thresholds: Thresholds) -> set[str]:
    late = figures.label in thresholds.p95_ms and is_late(figures, thresholds)
    failed = fails_too_often(figures, thresholds)
    return {name for name, is_bad in (("p95", late), ("errors", failed)) if is_bad}


def _head(names: Iterable[str]) -> str:
    return f"<thead><tr>{''.join(f'<th>{name}</th>' for name in names)}</tr></thead>"


def _row(cells: Iterable[str], *, bad: set[str]) -> str:
    html = (
        f'<td class="bad">{escape(cell)}</td>' if name in bad else f"<td>{escape(cell)}</td>"
        for name, cell in zip(_HEADINGS, cells, strict=True)
    )
    return f"<tr>{''.join(html)}</tr>"


def _errors(summary: Summary) -> str:
    if not summary.error_kinds:
        return ""
    rows = "".join(
        f'<tr><td>{escape(kind.label)}</td><td class="text">{escape(kind.code)}</td>'
        f'<td class="text">{escape(kind.text)}</td><td>{kind.count:,}</td></tr>'
        for kind in summary.error_kinds
    )
    names = '<th>endpoint</th><th class="text">answer</th><th class="text">error</th><th>count</th>'
    table = f"<table><thead><tr>{names}</tr></thead><tbody>{rows}</tbody></table>"
    return f"<section><h2>Errors</h2>{table}</section>"


def _section(plot: Plot) -> str:
    return f'<section class="{"wide" if plot.is_wide else ""}">{plot.html}</section>'

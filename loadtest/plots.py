"""The plots of a run."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from loadtest.jtl import Sample
from loadtest.summary import Summary, percentile

_BUCKETS = 60
_COLOURS = {"p50": "#2f6f9f", "p90": "#6aa6c9", "p95": "#e0a030", "p99": "#c8553d"}
_GOOD, _BAD, _GREY = "#3c8f63", "#c8333a", "#7a8490"
_GRID = "#e8ebee"


@dataclass(frozen=True)
class _Bucket:
    """The requests that began in one interval. `second` is its middle."""

    second: float
    samples: list[Sample]


@dataclass(frozen=True)
class Plot:
    """A plot as HTML without plotly's script. A wide plot needs a line of its own."""

    html: str
    is_wide: bool


def plots(samples: Sequence[Sample], summary: Summary, p95_ms: Mapping[str, float]) -> list[Plot]:
    """Draw all plots. `samples` are ordered by their start."""
    width = max(1, math.ceil(summary.seconds / _BUCKETS))
    buckets = _buckets(samples, width)
    return [
        Plot(_html(_percentiles(summary, p95_ms)), is_wide=True),
        Plot(_html(_response_times(buckets)), is_wide=False),
        Plot(_html(_throughput(buckets, width, summary.goal)), is_wide=False),
        Plot(_html(_threads(buckets)), is_wide=True),
    ]


def _buckets(samples: Sequence[Sample], width: int) -> list[_Bucket]:
    first = samples[0].start
    grouped = defaultdict(list)
    for sample in samples:
        grouped[(sample.start - first) // (width * 1000)].append(sample)
    return [
        _Bucket((number + 0.5) * width, grouped.get(number, []))
        for number in range(max(grouped) + 1)
    ]


def _response_times(buckets: Sequence[_Bucket]) -> go.Figure:
    figure = _figure("Response time, all requests", "second of the run", "milliseconds")
    busy = [bucket for bucket in buckets if bucket.samples]
    for name, percent in (("p50", 50), ("p95", 95), ("p99", 99)):
        times = [percentile(sorted(s.elapsed for s in b.samples), percent) for b in busy]
        line = {"color": _COLOURS[name], "width": 2}
        figure.add_scatter(x=[b.second for b in busy], y=times, name=name, line=line)
    return figure


def _throughput(buckets: Sequence[_Bucket], width: int, goal: float | None) -> go.Figure:
    figure = _figure("Throughput and errors", "second of the run", "requests per second")
    seconds = [bucket.second for bucket in buckets]
    good = [sum(sample.ok for sample in b.samples) / width for b in buckets]
    bad = [sum(not sample.ok for sample in b.samples) / width for b in buckets]
    figure.add_bar(x=seconds, y=good, name="successful", marker_color=_GOOD)
    figure.add_bar(x=seconds, y=bad, name="failed", marker_color=_BAD)
    figure.update_layout(barmode="stack", bargap=0.05)
    if goal is not None:
        figure.add_hline(
            y=goal,
            line_dash="dot",
            line_color=_GREY,
            annotation_text="goal",
            annotation_position="top left",
        )
    return figure


def _percentiles(summary: Summary, p95_ms: Mapping[str, float]) -> go.Figure:
    figure = _figure("Response time of each endpoint", "milliseconds, logarithmic", "")
    endpoints = summary.endpoints[::-1]
    labels = [figures.label for figures in endpoints]
    for name in reversed(_COLOURS):
        times = [getattr(figures, name) for figures in endpoints]
        figure.add_bar(x=times, y=labels, name=name, orientation="h", marker_color=_COLOURS[name])
    figure.add_scatter(
        x=[p95_ms.get(label) for label in labels], y=labels, name="p95 limit", mode="markers",
        marker={"symbol": "line-ns-open", "color": _GREY, "size": 16, "line_width": 2},
    )  # fmt: skip
    figure.update_layout(barmode="group", height=600, legend_traceorder="reversed")
    figure.update_xaxes(type="log", dtick=1)
    figure.update_yaxes(automargin=True)
    return figure


def _threads(buckets: Sequence[_Bucket]) -> go.Figure:
    figure = _figure("Active threads", "second of the run", "threads")
    busy = [bucket for bucket in buckets if bucket.samples]
    threads = [max(sample.threads for sample in bucket.samples) for bucket in busy]
    line = {"shape": "hv", "color": _COLOURS["p50"], "width": 2}
    seconds = [bucket.second for bucket in busy]
    figure.add_scatter(x=seconds, y=threads, name="threads", line=line, fill="tozeroy")
    return figure


def _figure(title: str, x: str, y: str) -> go.Figure:
    figure = go.Figure()
    figure.update_layout(
        title=title, xaxis_title=x, yaxis_title=y, template="plotly_white", height=360,
        margin={"l": 60, "r": 20, "t": 84, "b": 50}, hovermode="closest", showlegend=True,
        legend={"orientation": "h", "x": 0, "y": 1, "xanchor": "left", "yanchor": "bottom"},
        title_y=0.97, title_yanchor="top",
        font={"family": "system-ui, sans-serif", "size": 13},
    )  # fmt: skip
    figure.update_xaxes(gridcolor=_GRID, rangemode="tozero")
    figure.update_yaxes(gridcolor=_GRID, rangemode="tozero")
    return figure


def _html(figure: go.Figure) -> str:
    html: str = figure.to_html(
        full_html=False,
        include_plotlyjs=False,
        config={"displayModeBar": False, "responsive": True},
    )
    return html

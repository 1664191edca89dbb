"""The plot of ratios and aims."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure

from benchmarks.ratios import Ratio

_MET, _NOT_MET, _AIM = "#3c8f63", "#c8333a", "#20262c"
_ROW_INCHES = 0.45

# Text stays text in the SVG, and the same figures give the same file.
mpl.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "benchmarks"})


def draw(path: Path, title: str, ratios: Sequence[Ratio]) -> None:
    """Write an SVG with each ratio divided by its aim, so that all aims are the same line."""
    figure = Figure(figsize=(10, 1.4 + _ROW_INCHES * len(ratios)), layout="constrained")
    axes = figure.subplots()
    reached = [ratio.value / ratio.aim for ratio in ratios]
    colours = [_MET if ratio.is_met else _NOT_MET for ratio in ratios]
    drawn = axes.barh([ratio.label for ratio in ratios], reached, color=colours)
    texts = [f"{ratio.value:.2f} (aim {ratio.aim:g})" for ratio in ratios]
    axes.bar_label(drawn, labels=texts, padding=4)
    axes.axvline(1, color=_AIM, linestyle="--", linewidth=1)
    axes.set_xlim(0, max([1, *reached]) * 1.25)
    axes.invert_yaxis()
    axes.set_xlabel("ratio ÷ aim")
    axes.set_title(title)
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, format="svg", metadata={"Date": None})

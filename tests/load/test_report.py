"""The HTML report of a run."""

import re
from datetime import UTC, datetime
from pathlib import Path

from loadtest.cli import THRESHOLDS
from loadtest.plan import ENDPOINTS
from loadtest.report import Heading, write_report
from loadtest.summary import summarise
from loadtest.thresholds import read_thresholds
from tests.load.results import one_of_each, sample


def report(path: Path, failures: list[str]) -> str:
    """Write the report and return its HTML without plotly's script."""
    samples = [*one_of_each(), sample("GET users", start=20_000, elapsed=4321, ok=False)]
    heading = Heading(
        "http://<here>", datetime(2026, 11, 23, tzinfo=UTC), "1 user", "all", failures
    )
    summary = summarise(samples, goal=2, ramp_up=1)
    write_report(path, heading, samples, summary, read_thresholds(THRESHOLDS))
    text = path.read_text(encoding="utf-8")
    return re.sub(r"<script>.*?</script>", "", text, count=1, flags=re.DOTALL)


def test_the_report_shows_endpoints_errors_and_plots(tmp_path: Path) -> None:
    page = report(tmp_path / "report.html", [])
    for label in ENDPOINTS:
        assert f"<td>{label}</td>" in page
    assert '<td class="bad">1</td>' in page
    assert "Internal Server Error" in page
    assert "4,321" in page
    assert page.count("Plotly.newPlot") == 4
    assert "Passed" in page


def test_failures_and_urls_are_escaped(tmp_path: Path) -> None:
    page = report(tmp_path / "report.html", ["p95 < nothing"])
    assert "<li>p95 &lt; nothing</li>" in page
    assert "Load test of http://&lt;here&gt;" in page
    assert "Passed" not in page


def test_the_report_loads_no_other_file(tmp_path: Path) -> None:
    page = report(tmp_path / "report.html", [])
    assert not re.findall(r'(?:src|href)="[^#"]', page)

"""Medians, aims, the table and the plot."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from benchmarks.checks import must_be
from benchmarks.imports.case import Case, Duel, Result
from benchmarks.imports.report import line, table
from benchmarks.imports.sides import Phases, Timing
from benchmarks.plots import draw
from benchmarks.ratios import Ratio


def no_duel(_folder: Path, _rows: int) -> Duel:
    pytest.fail("nothing is measured here")


def result(seconds: Sequence[tuple[float, float]], *, aim: float) -> Result:
    """Return a result of pairs of our seconds and the other side's, for 1,000 rows each."""
    case = Case(name="clean", title="new", against="COPY", aim=aim, build=no_duel)
    return Result(
        case,
        ours=[Timing(1_000, ours, Phases(ours / 4, ours / 2, ours / 4)) for ours, _ in seconds],
        other=[Timing(1_000, other) for _, other in seconds],
        megabytes={"web": 900, "worker": 310.4, "worker-small": 120},
    )


def test_the_ratio_is_the_median_of_the_ratios_of_all_pairs() -> None:
    measured = result([(2, 2), (1, 4), (4, 6)], aim=1.5)
    assert measured.ratios == [1, 4, 1.5]
    assert measured.ratio.value == 1.5
    assert measured.ratio.is_met


def test_rows_per_second_are_compared_if_the_numbers_of_rows_differ() -> None:
    case = Case(name="peer", title="new", against="it", aim=10, build=no_duel)
    measured = Result(case, ours=[Timing(1_000, 1)], other=[Timing(100, 2)])
    assert measured.ratio.value == 20


@pytest.mark.parametrize(("value", "is_met"), [(1.144, False), (1.146, True), (1.15, True)])
def test_the_rounded_ratio_is_compared_with_the_aim(value: float, is_met: bool) -> None:
    assert Ratio("clean", value, 1.15).is_met is is_met


def test_the_table_has_medians_phases_and_the_memory_of_the_largest_worker() -> None:
    head, rule, row = table([result([(2, 2), (1, 4), (4, 6)], aim=2)]).splitlines()
    assert head.count("|") == rule.count("|") == row.count("|")
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert cells[:6] == ["new", "1,000", "COPY", "1,000", "250", "500"]
    assert cells[6:9] == ["**1.50** (1.00, 4.00)", "2", "**no**"]
    assert cells[9:] == ["0.50", "1.00", "0.50", "310", "500"]


def test_the_line_of_progress_says_whether_the_aim_is_met() -> None:
    assert "1.00 of 0.9, met" in line(result([(2, 2)], aim=0.9))
    assert "1.00 of 1.1, NOT met" in line(result([(2, 2)], aim=1.1))


def test_the_plot_has_every_ratio_with_its_aim(tmp_path: Path) -> None:
    path = tmp_path / "plot.svg"
    draw(path, "a title", [Ratio("first", 1.25, 1.15), Ratio("second", 20, 12)])
    text = path.read_text(encoding="utf-8")
    for part in ("a title", "first", "1.25 (aim 1.15)", "second", "20.00 (aim 12)"):
        assert part in text
    draw(tmp_path / "again.svg", "a title", [Ratio("first", 1.25, 1.15), Ratio("second", 20, 12)])
    assert (tmp_path / "again.svg").read_text(encoding="utf-8") == text


def test_a_wrong_result_ends_the_benchmark() -> None:
    must_be("users", {"rows": 1}, {"rows": 1})
    with pytest.raises(SystemExit, match="users is 2 instead of 1"):
        must_be("users", 2, 1)

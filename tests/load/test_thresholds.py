"""The thresholds of a run and their file."""

from dataclasses import replace
from pathlib import Path

import pytest

from loadtest.cli import THRESHOLDS
from loadtest.plan import ENDPOINTS
from loadtest.summary import Summary, summarise
from loadtest.thresholds import Thresholds, read_thresholds, violations
from local.errors import LocalError
from tests.load.results import one_of_each, sample

STRICT = Thresholds(
    error_ratio=0, goal_ratio=0.9, p95_least_requests=1, p95_ms=dict.fromkeys(ENDPOINTS, 100)
)


def summary_of_each(*, elapsed: int) -> Summary:
    return summarise(one_of_each(elapsed=elapsed), goal=None, ramp_up=0)


def test_a_run_within_all_limits_has_no_violations() -> None:
    assert violations(summary_of_each(elapsed=100), STRICT) == []


def test_a_slow_endpoint_is_a_violation() -> None:
    slow = violations(summary_of_each(elapsed=101), STRICT)
    assert len(slow) == len(ENDPOINTS)
    assert slow[0] == "POST auth/login: p95 is 101 ms, but the limit is 100 ms"


def test_the_p95_of_too_few_requests_is_not_checked() -> None:
    assert violations(summary_of_each(elapsed=101), replace(STRICT, p95_least_requests=2)) == []


def test_one_error_is_a_violation_if_no_error_is_allowed() -> None:
    samples = [*one_of_each(), sample("GET users", start=20_000, ok=False)]
    summary = summarise(samples, goal=None, ramp_up=0)
    assert violations(summary, STRICT) == [
        "GET users: 1 of 2 requests failed, but the limit is 0.00%"
    ]
    assert violations(summary, replace(STRICT, error_ratio=0.5)) == []


def test_an_endpoint_without_requests_is_a_violation() -> None:
    summary = summarise(one_of_each()[1:], goal=None, ramp_up=0)
    assert violations(summary, STRICT) == ["POST auth/login: no request was sent"]


def test_a_request_without_a_threshold_is_a_violation() -> None:
    summary = summarise([*one_of_each(), sample("GET new", start=20_000)], goal=None, ramp_up=0)
    (line,) = violations(summary, STRICT)
    assert line == "GET new: thresholds.toml has no p95_ms for this request; add one"


@pytest.mark.parametrize(("goal", "expected"), [(1.1, 0), (1.2, 1)])
def test_the_throughput_may_be_10_percent_below_the_goal(goal: float, expected: int) -> None:
    summary = summarise(one_of_each(), goal=goal, ramp_up=0)
    assert len(violations(summary, STRICT)) == expected


def test_the_file_of_the_repository_is_valid() -> None:
    assert read_thresholds(THRESHOLDS).error_ratio == 0


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("error_ratio = 0.0", "", "missing keys: error_ratio"),
        ("error_ratio = 0.0", "error_ratio = 2", "error_ratio must be at most 1, not 2"),
        ("error_ratio = 0.0", "error_ratio = -1", "error_ratio must be a number of at least 0"),
        ("error_ratio = 0.0", "error_ratio = true", "must be a number of at least 0, not True"),
        ("error_ratio = 0.0", "error_ratio = nan", "must be a number of at least 0, not nan"),
        ("error_ratio = 0.0", "error_ratio = 0.0\nerrors = 1", "unknown keys: errors"),
        ("error_ratio = 0.0", "error_ratio = ", "Invalid value"),
        ('"GET users" = 1000', "", "p95_ms: missing keys: GET users"),
        ('"GET users" = 1000', '"GET users" = "fast"', "GET users must be a number"),
        (
            '"GET users" = 1000',
            '"GET users" = 1\n"GET usres" = 1',
            "p95_ms: unknown keys: GET usres",
        ),
    ],
)
def test_the_error_names_the_wrong_key_of_the_file(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    content = THRESHOLDS.read_text()
    assert old in content
    path = tmp_path / "thresholds.toml"
    path.write_text(content.replace(old, new))
    with pytest.raises(LocalError) as error:
        read_thresholds(path)
    assert str(error.value).startswith(f"{path}: ")
    assert message in str(error.value)

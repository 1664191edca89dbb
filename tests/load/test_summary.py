"""The figures of a run."""

import pytest

from loadtest.summary import percentile, summarise
from tests.load.results import sample


@pytest.mark.parametrize(
    ("values", "percent", "expected"),
    [
        ([7], 50, 7),
        ([7], 99, 7),
        ([1, 2], 50, 1),
        ([1, 2, 3, 4], 50, 2),
        (list(range(1, 101)), 95, 95),
        (list(range(1, 101)), 99, 99),
        (list(range(1, 21)), 95, 19),
    ],
)
def test_a_percentile_is_one_of_the_values(values: list[int], percent: int, expected: int) -> None:
    assert percentile(values, percent) == expected


def test_endpoints_have_their_figures_in_the_order_of_the_plan() -> None:
    samples = [
        sample("GET users", start=0, elapsed=20),
        sample("GET users", start=500, elapsed=40),
        sample("POST auth/login", start=900, elapsed=100),
        sample("GET users", start=1500, elapsed=500, ok=False),
    ]
    summary = summarise(samples, goal=None, ramp_up=0)
    login, users = summary.endpoints
    assert (login.label, login.requests, login.errors, login.p99) == ("POST auth/login", 1, 0, 100)
    assert (users.label, users.requests, users.errors) == ("GET users", 3, 1)
    assert (users.mean, users.p50, users.p90) == (186.7, 40, 500)
    assert users.error_ratio == pytest.approx(1 / 3)
    assert (summary.seconds, summary.total.requests, summary.total.throughput) == (2, 4, 2)
    assert [(kind.label, kind.count) for kind in summary.error_kinds] == [("GET users", 1)]


def test_the_goal_is_compared_with_the_requests_after_the_ramp_up() -> None:
    slow = [sample("GET users", start=second * 1000) for second in range(10)]
    fast = [sample("GET users", start=10_000 + tenth * 100) for tenth in range(100)]
    summary = summarise(slow + fast, goal=10, ramp_up=10)
    assert summary.reached == pytest.approx(10)
    assert summary.total.throughput == pytest.approx(110 / 19.91, abs=0.001)


def test_a_run_that_ends_during_the_ramp_up_reaches_0() -> None:
    assert summarise([sample("GET users")], goal=10, ramp_up=10).reached == 0

"""Whoever plans a file dies."""

import pytest

from local.waiting import wait_until
from tests.faults.failpoints import killed
from tests.faults.judge import judge
from tests.faults.system import System


@pytest.mark.parametrize(
    ("place", "plans"),
    [("planning", 2), ("planned", 2), ("plan_committed", 1), ("finished", 1), ("wound_up", 1)],
)
def test_3_the_planner_dies(system: System, place: str, plans: int) -> None:
    """Before its transaction, in it, after it, and after publishing; what it wrote is swept."""
    system.failpoints.arm(place)
    upload = system.api.upload(system.people_file(3000))
    killed(system.failpoints.reached(place))
    judge(system, upload)
    assert system.starts(upload.job) == plans
    swept = lambda: not system.plan_folders(upload.job)  # noqa: E731
    wait_until(swept, timeout=10, what="chunk files must go")

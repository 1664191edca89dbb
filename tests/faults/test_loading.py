"""Whoever loads a chunk dies or freezes."""

import pytest

from local.waiting import wait_until
from tests.faults.conftest import Start
from tests.faults.failpoints import killed
from tests.faults.judge import judge
from tests.faults.system import System

pytestmark = pytest.mark.xdist_group("faults")
ROWS = 3000
WORK = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
MOST_STARTS = (
    "SELECT max(times) FROM (SELECT count(*) AS times FROM audit_starts GROUP BY job, chunk)"
)


def test_1_a_loader_dies_in_the_middle_of_a_copy(system: System) -> None:
    system.failpoints.arm("copying")
    upload = system.api.upload(system.people_file(ROWS))
    killed(system.failpoints.reached("copying"))
    judge(system, upload)
    assert system.number(MOST_STARTS) == 2


@pytest.mark.parametrize("place", ["load_committed", "finished", "wound_up"])
def test_2_a_loader_dies_between_commit_and_acknowledgement(system: System, place: str) -> None:
    """What is delivered again is not even begun."""
    system.failpoints.arm("copying")
    upload = system.api.upload(system.people_file(ROWS))
    loader = system.failpoints.reached("copying")
    system.failpoints.arm(place)
    loader.resume()
    killed(system.failpoints.reached(place))
    judge(system, upload)
    assert system.number(MOST_STARTS) == 1


@pytest.mark.parametrize("place", ["copying", "loading"])
def test_7_8_a_frozen_loader_is_replaced_and_does_nothing_later(start: "Start", place: str) -> None:
    """In its transaction; or before it, and its message is delivered again meanwhile."""
    system = start(VISIBILITY_TIMEOUT_SECONDS="2")
    system.failpoints.arm(place)
    upload = system.api.upload(system.people_file(ROWS))
    frozen = system.failpoints.reached(place)
    judge(system, upload)
    frozen.resume()
    later = system.api.upload(system.people_file(ROWS, seed=2, prefix="later"))
    wait_until(lambda: not system.number(WORK), timeout=30, what="nobody may work any more")
    judge(system, upload, later)

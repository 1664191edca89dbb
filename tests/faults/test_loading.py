"""Loaders that die or freeze, and a chunk that kills its loader at each attempt."""

import pytest

from local.waiting import wait_until
from tests.faults.conftest import Start
from tests.faults.failpoints import COPYING, kill
from tests.faults.judge import assert_consistent, assert_only_503, judge
from tests.faults.system import System

ROWS = 3000
WORK = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
MOST_STARTS = (
    "SELECT max(times) FROM (SELECT count(*) AS times FROM audit_starts GROUP BY job, chunk)"
)


def test_1_a_loader_dies_in_the_middle_of_a_copy(system: System) -> None:
    system.failpoints.arm(COPYING)
    upload = system.api.upload(system.people_file(ROWS))
    kill(system.failpoints.reached(COPYING))
    judge(system, upload)
    assert system.starts(upload.job) == 1
    assert system.number(MOST_STARTS) == 2


@pytest.mark.parametrize("place", ["load_committed", "finished", "wound_up"])
def test_2_a_loader_dies_between_commit_and_acknowledgement(system: System, place: str) -> None:
    """The second delivery does not start the chunk again."""
    system.failpoints.arm(COPYING)
    upload = system.api.upload(system.people_file(ROWS))
    loader = system.failpoints.reached(COPYING)
    system.failpoints.arm(place)
    loader.resume()
    kill(system.failpoints.reached(place))
    judge(system, upload)
    assert system.number(MOST_STARTS) == 1


def test_5_loading_kills_its_process_at_each_attempt(system: System) -> None:
    system.failpoints.arm_exit(COPYING)
    upload = system.api.upload(system.people_file(400))
    document = system.api.await_end(upload)
    assert (document["status"], document["error"]["code"]) == ("FAILURE", "attempts_exhausted")
    assert document["result"]["not_loaded"] == 400 - document["result"]["failed"] > 0
    assert_consistent(system, upload, document)
    assert_only_503(system)
    assert system.starts(upload.job, 1) == 3 + 1  # the last start finds no attempt left
    assert system.users() == {}


@pytest.mark.parametrize("place", [COPYING, "loading"])
def test_7_8_a_frozen_loader_is_replaced_and_does_nothing_later(start: Start, place: str) -> None:
    """The loader freezes in its transaction, or before it while its message is delivered again."""
    assert_a_frozen_loader_is_replaced(start(VISIBILITY_TIMEOUT_SECONDS="2"), place)


def assert_a_frozen_loader_is_replaced(system: System, place: str) -> None:
    system.failpoints.arm(place)
    upload = system.api.upload(system.people_file(ROWS))
    frozen = system.failpoints.reached(place)
    judge(system, upload)
    frozen.resume()
    later = system.api.upload(system.people_file(ROWS, seed=2, prefix="later"))
    wait_until(lambda: not system.number(WORK), timeout=30, what="no work may hold a lock")
    judge(system, upload, later)

"""Loaders that die while rows are rejected because of the users who exist."""

import pytest

from tests.faults.failpoints import COPYING, kill
from tests.faults.judge import judge
from tests.faults.system import System

USERS = 400
CODES = "SELECT code, count(*) FROM tasks_importrowerror WHERE job_id = %s GROUP BY code"
BEFORE = "".join(f"p{n}@x.com,{n},P {n}\nz{n}@x.com,z{n},Z {n}\n" for n in range(USERS))
HEADER = "email,external_id,name\n"


def changed(number: int) -> str:
    """Return a row: every tenth address belongs to another user, every second one is new."""
    if number % 10 == 0:
        return f"z{number}@x.com,{number},Taken\n"
    return f"q{number}@x.com,{number},New\n" if number % 2 == 0 else f"p{number}@x.com,{number},\n"


@pytest.mark.parametrize("place", ["loaded", "copying_tasks_importrowerror", "load_committed"])
def test_rows_rejected_while_loading_are_counted_once(system: System, place: str) -> None:
    first = system.api.upload((HEADER + BEFORE).encode())
    judge(system, first)
    rows = "".join(map(changed, range(USERS)))
    system.failpoints.arm(place)
    upload = system.api.upload((HEADER + rows).encode(), mode="upsert", match="external_id")
    kill(system.failpoints.reached(place))
    judge(system, first, upload)
    assert system.rows(CODES, [upload.job]) == [("email_taken", USERS // 10)]


def test_a_loader_dies_while_it_creates_users_by_external_id(system: System) -> None:
    system.failpoints.arm(COPYING)
    upload = system.api.upload((HEADER + BEFORE).encode(), match="external_id")
    kill(system.failpoints.reached(COPYING))
    judge(system, upload)

"""kill -9 of the worker's whole process group in the middle of an import, then only waiting."""

import os
import signal
from pathlib import Path

import pytest

from local.people import write_people
from local.stack import Stack
from local.waiting import wait_until
from tests.stacks import as_admin, ended, numbers, running

ROWS = 300_000
DONE = "SELECT count(*) FROM tasks_importchunk WHERE state = 'done'"
OPEN = "SELECT count(*) FROM tasks_importchunk WHERE state = 'open'"
USERS = """
    SELECT count(*), count(DISTINCT email), count(DISTINCT import_id)
    FROM users_uc_user WHERE import_id IS NOT NULL
"""


def kill_group(stack: Stack, name: str) -> None:
    os.killpg(os.getpgid(stack.pid(name)), signal.SIGKILL)


@pytest.mark.xdist_group("stack")
def test_every_row_is_there_exactly_once_within_90_seconds(tmp_path: Path) -> None:
    """Fails without acks_late or recover, and when a chunk's `done` commits apart from its rows."""
    people = write_people(tmp_path / "people.csv", ROWS)
    with (
        running(tmp_path / "data", IMPORT_CHUNK_ROWS="5000") as stack,
        as_admin(stack) as client,
    ):
        url = client.upload(tmp_path / "people.csv")
        wait_until(lambda: numbers(stack, DONE) > (5,), timeout=60, what="some chunks done")
        kill_group(stack, "worker")
        assert numbers(stack, OPEN) > (0,)
        document = ended(client, url, within=90)
        result = document["result"]
        assert document["status"] == "SUCCESS"
        assert result["created"] == people.clean
        assert result["created"] + result["failed"] == result["rows"]
        assert numbers(stack, USERS) == (people.clean, people.clean, 1)

"""Celery workers and their queues."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.api_client import ApiClient
from local.stack import Stack
from local.users_file import write_users
from local.waiting import wait_until
from tests.stacks import as_admin, await_end

pytestmark = pytest.mark.xdist_group("stack")
DIAGNOSE = """
import json
from core.celery import diagnose
print(json.dumps(diagnose.delay().get(timeout=30)))
"""


@pytest.fixture
def admin(stack: Stack) -> Iterator[ApiClient]:
    """Return the client of the superuser, who uploads."""
    with as_admin(stack) as client:
        yield client


def test_a_worker_answers_with_its_name(stack: Stack) -> None:
    answer = json.loads(stack.manage("shell", "--verbosity", "0", "--command", DIAGNOSE))
    assert answer["hostname"].partition("@")[0] in {"imports", "small"}
    assert answer["task_id"]


def test_a_small_import_ends_while_a_large_one_loads(tmp_path: Path, admin: ApiClient) -> None:
    write_users(tmp_path / "large.csv", 300_000, prefix="large")
    (tmp_path / "small.csv").write_text("email\nsmall@example.com\n")
    large_url = admin.upload(tmp_path / "large.csv")
    wait_until(
        lambda: admin.status(large_url)["status"] != "PENDING",
        timeout=30,
        what="a worker must start the import",
    )
    small = await_end(admin, admin.upload(tmp_path / "small.csv"), within=60)
    large = await_end(admin, large_url, within=120)
    assert small["result"]["created"] == 1
    assert large["status"] == "SUCCESS"
    assert large["created_at"] < small["created_at"]
    assert small["finished_at"] < large["finished_at"]


def test_a_queued_import_outlives_a_restart_of_worker_and_queue(
    tmp_path: Path, stack: Stack, admin: ApiClient
) -> None:
    stack.stop_process("worker-small")
    (tmp_path / "waiting.csv").write_text("email\nwaiting@example.com\n")
    url = admin.upload(tmp_path / "waiting.csv")
    stack.restart("valkey")
    assert admin.status(url)["status"] == "PENDING"
    stack.start(["worker-small"])
    document = await_end(admin, url, within=60)
    assert (document["status"], document["result"]["created"]) == ("SUCCESS", 1)

"""Containers that are killed, stopped or unavailable."""

import threading
from pathlib import Path

import httpx
import pytest

from local.users_file import write_users
from local.waiting import wait_until
from tests.compose.docker import inspect, kill
from tests.compose.installation import SERVICES, Installation
from tests.stacks import await_end


@pytest.mark.parametrize("service", SERVICES)
def test_a_killed_container_comes_back(running: Installation, tmp_path: Path, service: str) -> None:
    before = running.restarts(service)
    (container,) = running.containers(service)
    kill(container)
    wait_until(
        lambda: running.restarts(service) > before, timeout=60, what=f"{service} must be restarted"
    )
    for other in SERVICES:
        running.await_health(other, "healthy")
    seed = 100 + SERVICES.index(service)
    assert running.import_people(tmp_path, 500, seed=seed)["rows"] == 500


def test_a_worker_killed_at_work_loses_no_row(running: Installation, tmp_path: Path) -> None:
    written = write_users(tmp_path / "killed.csv", 600_000, seed=200, prefix="killed")
    with running.admin() as admin:
        url = admin.upload(tmp_path / "killed.csv")
        is_at_work = lambda: admin.status(url)["status"] == "PROGRESS"  # noqa: E731
        wait_until(is_at_work, timeout=60, what="the import must load")
        kill(running.containers("celery")[0])
        document = await_end(admin, url, within=300)
        loaded = admin.status(f"/api/v1/users/?import={document['task_id']}&page_size=1")
    result = document["result"]
    assert document["status"] == "SUCCESS"
    assert (result["rows"], result["failed"]) == (written.rows, written.rows - written.valid)
    assert result["created"] == written.valid
    assert loaded["results"]
    running.await_health("celery", "healthy")


def test_a_worker_stopped_at_work_exits_by_itself(running: Installation, tmp_path: Path) -> None:
    write_users(tmp_path / "stopped.csv", 600_000, seed=201, prefix="stopped")
    (container,) = running.containers("celery")
    with running.admin() as admin:
        url = admin.upload(tmp_path / "stopped.csv")
        is_at_work = lambda: admin.status(url)["status"] == "PROGRESS"  # noqa: E731
        wait_until(is_at_work, timeout=60, what="the import must load")
        running.compose("stop", "celery")
        assert inspect(container)["State"]["ExitCode"] == 0
        assert admin.status(url)["status"] == "PROGRESS"
        running.up()
        assert await_end(admin, url, within=300)["status"] == "SUCCESS"


def test_reads_continue_while_replicas_die(running: Installation) -> None:
    statuses: list[int] = []
    over = threading.Event()

    def ask() -> None:
        while not over.is_set():
            statuses.append(running.get("/api/").status_code)

    asking = [threading.Thread(target=ask) for _ in range(4)]
    with running.scaled(app=3):
        for thread in asking:
            thread.start()
        try:
            for container in running.containers("app")[:2]:
                kill(container)
            wait_until(lambda: len(statuses) > 100, timeout=60, what="reads must continue")
        finally:
            over.set()
            for thread in asking:
                thread.join()
    assert set(statuses) == {200}


def test_workers_and_beat_are_unhealthy_without_redis(running: Installation) -> None:
    running.compose("stop", "redis")
    for service in ("celery", "celery-small", "celery-mail", "beat"):
        running.await_health(service, "unhealthy")
    running.await_health("app", "healthy")
    assert running.get("/healthz/ready").json()["failing"].keys() == {"redis"}
    running.compose("up", "-d")
    for service in SERVICES:
        running.await_health(service, "healthy")


def test_without_the_application_the_proxy_answers_503(running: Installation) -> None:
    running.compose("stop", "app")
    is_unavailable = lambda: running.get("/api/").status_code == 503  # noqa: E731
    wait_until(is_unavailable, timeout=30, what="the proxy must notice")
    for answer in (
        running.get("/api/"),
        httpx.post(f"{running.base_url}/api/v1/imports/", files={"file": b"email\n"}),
    ):
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
        assert answer.json()["error"]["code"] == "unavailable"
    running.up()
    assert running.get("/healthz/ready").status_code == 200

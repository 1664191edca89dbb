"""The stack, mostly without the web server and the Celery workers."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from local import leftovers, manager
from local.errors import LocalError
from local.stack import Stack
from local.waiting import wait_until

pytestmark = pytest.mark.xdist_group("stack")


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Servers in a folder whose name is too long for a socket and hard to quote."""
    data = tmp_path_factory.mktemp("stack") / f"it's #1; 100 % é {'long ' * 20}"
    with Stack(data) as stack:
        stack.start_servers()
        yield stack
    assert list(leftovers.find(data)) == []


def test_each_running_process_has_a_pid(stack: Stack) -> None:
    assert stack.pids().keys() == {"supervisord", "postgres", "valkey"}
    assert psutil.pid_exists(stack.pid("postgres"))
    assert stack.pid("web") == 0
    assert stack.is_alive()


def test_a_stopped_process_stays_stopped_until_it_is_started(stack: Stack) -> None:
    before = stack.pid("valkey")
    stack.stop_process("valkey")
    stack.stop_process("valkey")
    assert stack.pid("valkey") == 0
    assert not psutil.pid_exists(before)
    stack.start(["valkey"])
    stack.start(["valkey"])
    assert stack.pid("valkey") not in {0, before}


def test_a_restarted_server_keeps_its_data(stack: Stack) -> None:
    with psycopg.connect(stack.site.database_url()) as connection:
        connection.execute("CREATE TABLE kept (number int)")
    before = stack.pid("postgres")
    stack.restart("postgres")
    assert stack.pid("postgres") != before
    stack.start_servers()
    with psycopg.connect(stack.site.database_url()) as connection:
        connection.execute("SELECT number FROM kept")


def test_a_store_leaves_no_socket_outside_of_its_data(tmp_path: Path) -> None:
    with Stack(tmp_path, s3=True) as stack:
        stack.start(["seaweedfs"])
        ports = stack.site.store_ports.values()
        made = [path for port in ports for path in Path("/tmp").glob(f"*-{port}.sock")]  # noqa: S108
        assert made
    assert [path for path in made if path.exists()] == []


def test_the_error_of_a_management_command_shows_the_end_of_its_output(stack: Stack) -> None:
    assert "django" in stack.manage("help", "--commands") or "migrate" in stack.manage("help")
    with pytest.raises(LocalError, match=r"manage\.py nonsense failed:\n(.*\n)*Unknown command"):
        stack.manage("nonsense")


def test_a_stack_that_is_not_open_is_an_error(tmp_path: Path) -> None:
    stack = Stack(tmp_path)
    stack.stop()
    for use in (lambda: stack.base_url, stack.pids):
        with pytest.raises(LocalError, match="the stack is not open"):
            use()


def test_the_error_names_a_server_that_does_not_start_and_its_log(tmp_path: Path) -> None:
    with Stack(tmp_path / "data") as stack:
        (tmp_path / "data/postgres/postgresql.conf").write_text("nonsense = on\n")
        with pytest.raises(LocalError, match=r"postgres does not start, see .*/postgres\.log:\n.*"):
            stack.start_servers()


def test_a_supervisord_that_does_not_start_is_an_error(tmp_path: Path) -> None:
    stack = Stack(tmp_path / "data", extra_env={"PYTHONHOME": "/nowhere"})
    with pytest.raises(LocalError, match=r"supervisord does not start:\n(.*\n)+"):
        stack.open()
    with pytest.raises(LocalError, match="not open"):
        stack.is_alive()


def test_a_frozen_supervisord_is_killed_with_its_processes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(manager, "STOP_SECONDS", 1)
    with Stack(tmp_path / "data") as stack:
        stack.start(["valkey"])
        pids = stack.pids()
        os.kill(pids["supervisord"], signal.SIGSTOP)
    assert not any(map(psutil.pid_exists, pids.values()))


def test_the_processes_of_a_dead_supervisord_are_stopped(tmp_path: Path) -> None:
    with Stack(tmp_path / "data") as stack:
        stack.start(["valkey"])
        pids = stack.pids()
        os.kill(pids["supervisord"], signal.SIGKILL)
        wait_until(lambda: not stack.is_alive(), timeout=10, what="supervisord must be dead")
        assert psutil.pid_exists(pids["valkey"])
    assert not psutil.pid_exists(pids["valkey"])

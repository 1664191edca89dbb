"""The other processes and the data after run_local or supervisord is killed."""

import os
import signal

import httpx
import pytest

from local.api_client import ApiClient
from tests.e2e.commands import Command, started

pytestmark = pytest.mark.xdist_group("stack")
PASSWORD = "correct horse battery"


@pytest.mark.long
def test_after_a_kill_the_other_processes_end_and_the_data_stay(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """The test kills the command first, and supervisord in the second start."""
    # A short path: with a long one a killed command leaves the socket in a folder of /tmp.
    data = tmp_path_factory.mktemp("killed") / "data"
    with started(data, ADMIN_PASSWORD=PASSWORD) as command:
        command.ready()
        assert "password: " not in command.text()
        processes = command.process_tree()
        command.process.kill()
        command.process.wait(5)
        with started(data, "--demo", "300", MAX_UPLOAD_SIZE="1000") as second:
            url = second.ready()
            assert not any(process.is_running() for process in processes)
            assert_a_refused_demo_prints_one_line(second)
            with ApiClient.log_in(url, "admin@example.com", PASSWORD) as admin:
                assert admin.status("/api/v1/users/me/")["is_superuser"] is True
            kill_supervisord(second)


def assert_a_refused_demo_prints_one_line(command: Command) -> None:
    line = command.wait_for("demo: /api/.*\n")[0]
    assert line.startswith("demo: /api/v1/imports/ answers 413: ")
    assert httpx.get(f"{command.ready()}/healthz/live", trust_env=False, timeout=30).is_success


def kill_supervisord(command: Command) -> None:
    processes = command.process_tree()
    os.kill(command.description()["processes"]["supervisord"], signal.SIGKILL)
    assert command.process.wait(30) == 1
    assert not any(process.is_running() for process in processes[1:])
    assert command.text().splitlines()[-1].startswith("run_local: supervisord has ended")

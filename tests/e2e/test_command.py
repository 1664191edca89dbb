"""`python -m local`, which run_local.sh runs, on a running system."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import psycopg
import pytest

from local.api_client import ApiClient
from local.site import ROOT
from local.waiting import wait_until
from tests.e2e.commands import MODULE, Command, environment, failed_start, started

pytestmark = pytest.mark.xdist_group("stack")
EMAIL = "root@example.com"
NAMES = ("HOST", "PORT", "USER", "PASSWORD")


@pytest.fixture(scope="module")
def command(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Command]:
    """Run one system for this module."""
    data = tmp_path_factory.mktemp("command") / "data"
    with started(data, "--workers", "1", "--demo", "300", ADMIN_EMAIL=EMAIL) as command:
        command.ready()
        yield command


def servers_of_the_test_run_answer() -> bool:
    """Return whether the servers of the test run answer; the package `local` started them."""
    host, port, user, password = (os.environ[f"DB_{name}"] for name in NAMES)
    with psycopg.connect(
        host=host, port=port, user=user, password=password, dbname="postgres"
    ) as connection:
        return connection.execute("SELECT 1").fetchone() == (1,)


def is_ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/healthz/ready", trust_env=False, timeout=5).is_success
    except httpx.HTTPError:
        return False


def manage(
    command: Command, *arguments: str, typed: str = "", **env: str
) -> subprocess.CompletedProcess[str]:
    """Run a management command beside the system."""
    argv = [*MODULE, "--data", str(command.data), "manage", *arguments]
    return subprocess.run(
        argv, cwd=ROOT, env=environment(**env), input=typed, capture_output=True, text=True,
        timeout=60, check=False,
    )  # fmt: skip


def test_local_json_describes_the_system_for_its_owner_only(command: Command) -> None:
    description = command.description()
    assert description["base_url"] == command.ready()
    assert description["admin_email"] == EMAIL
    assert description["processes"].keys() == {
        *(
            "run_local",
            "supervisord",
            "postgres",
            "valkey",
            "web",
            "worker",
            "worker-small",
            "worker-mail",
        ),
        "beat",
    }
    assert description["processes"]["run_local"] == command.process.pid
    assert (command.data / "local.json").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("name", ["web", "worker", "worker-small", "worker-mail", "beat"])
def test_each_process_shows_its_metrics_where_local_json_says(command: Command, name: str) -> None:
    url = command.description()["metrics_urls"][name]

    def shows_metrics() -> bool:
        try:
            return "accounts_build_info" in httpx.get(url, trust_env=False, timeout=5).text
        except httpx.HTTPError:
            return False

    wait_until(shows_metrics, timeout=90, what=f"{name} must answer at {url}")


def test_large_imports_have_a_lower_priority_than_the_web_server(command: Command) -> None:
    pids = command.description()["processes"]
    nice = {name: psutil.Process(pid).nice() for name, pid in pids.items()}
    assert nice["worker"] == min(nice["web"] + 5, 19)
    assert nice["worker-small"] == nice["web"]


def test_the_demo_shows_totals_and_rejected_rows_without_a_terminal(command: Command) -> None:
    command.wait_for("rejected rows as a file: .*\n")
    shown = command.text()
    for line in ("uploaded in", "finished: 300 rows, 100 %", "│ rows ", "│ created", "│ failed"):
        assert line in shown
    assert "the first rejected rows" in shown
    assert "\x1b" not in shown


def test_the_printed_password_is_the_administrators(command: Command) -> None:
    password = command.wait_for(f"admin: {EMAIL}  password: (\\S+)  \\(shown only this once\\)\n")[
        1
    ]
    with ApiClient.log_in(command.ready(), EMAIL, password) as admin:
        assert admin.status("/api/v1/users/me/")["email"] == EMAIL


def test_no_list_of_processes_shows_a_secret(command: Command) -> None:
    description = command.description()
    secrets = {httpx.URL(description[url]).password for url in ("database_url", "redis_url")}
    shown = " ".join(word for process in command.process_tree() for word in process.cmdline())
    assert len(secrets) == 2
    assert not [secret for secret in secrets if secret in shown]


@pytest.mark.parametrize("name", ["web", "valkey", "worker", "postgres"])
def test_a_killed_process_is_started_again(command: Command, name: str) -> None:
    killed = command.description()["processes"][name]
    os.kill(killed, signal.SIGKILL)

    def is_back() -> bool:
        there = command.description()["processes"].get(name, killed)
        return there != killed and psutil.pid_exists(there) and is_ready(command.ready())

    wait_until(is_back, timeout=60, what=f"{name} must be started again")


@pytest.mark.parametrize(
    ("rows", "code", "outcome"),
    [("eve@x.com,Eve", 0, "complete"), ("fay@x.com,Fay\nnobody,X", 3, "partial")],
)
def test_a_file_is_imported_from_the_shell(
    command: Command, rows: str, code: int, outcome: str
) -> None:
    csv = f"email,name\n{rows}\n"
    result = manage(command, "import_users", "-", "--owner", EMAIL, "--wait", "--json", typed=csv)
    assert result.returncode == code, result.stderr
    status = json.loads(result.stdout)
    assert (status["outcome"], status["result"]["created"]) == (outcome, 1)


def test_a_management_command_runs_on_the_running_system(command: Command) -> None:
    password = "a phrase for the importer"
    result = manage(command, "ensure_importer", "importer@example.com", IMPORTER_PASSWORD=password)
    assert (result.returncode, result.stderr) == (0, "")
    with ApiClient.log_in(command.ready(), "importer@example.com", password) as importer:
        assert importer.status("/api/v1/users/me/")["can_import"] is True


def test_a_management_command_keeps_its_input_its_folder_and_its_exit_code(
    command: Command, tmp_path: Path
) -> None:
    program = "import os, sys; print(os.getcwd()); sys.exit(3)"
    result = manage(command, "shell", typed=program, RUN_LOCAL_FROM=str(tmp_path))
    assert (result.returncode, result.stderr) == (3, "")
    assert result.stdout.splitlines()[-1] == str(tmp_path)


def test_a_second_instance_on_the_same_directory_is_refused(command: Command) -> None:
    code, error = failed_start("--port", "0", "--data", str(command.data))
    pid = command.process.pid
    assert code == 1
    assert error == (
        f"run_local: another system is running on {command.data} (pid {pid});"
        " stop it or choose another --data\n"
    )
    assert is_ready(command.ready())


def test_a_second_instance_on_the_same_port_is_refused(command: Command, tmp_path: Path) -> None:
    port = str(httpx.URL(command.ready()).port)
    code, error = failed_start("--port", port, "--data", str(tmp_path / "other"))
    assert code == 1
    assert error == f"run_local: port {port} is in use; choose another with --port\n"


def test_ctrl_c_ends_every_started_process_and_no_other(command: Command) -> None:
    """Must be the last test of this module: the others use the same system."""
    assert command.end(signal.SIGINT, whole_group=True) == 0
    assert command.text().endswith("stopped\n")
    assert not (command.data / "local.json").exists()
    assert servers_of_the_test_run_answer()

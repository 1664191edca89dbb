"""./run_performance_test.sh against a system of run_local.sh."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from loadtest.plan import ENDPOINTS
from local.site import ROOT
from local.stack import Stack
from tests.e2e.commands import Command, environment, started
from tests.stacks import ADMIN, PASSWORD

pytestmark = pytest.mark.xdist_group("stack")
SCRIPT = (str(ROOT / "run_performance_test.sh"),)
MODULE = (sys.executable, "-m", "loadtest")
with_jmeter = pytest.mark.skipif(
    shutil.which("jmeter") is None, reason="jmeter is not on the path: apt install jmeter"
)
type Result = subprocess.CompletedProcess[str]


@pytest.fixture(scope="module")
def command(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Command]:
    """Run one system for this module. The tests do not know the administrator's password."""
    with started(tmp_path_factory.mktemp("load") / "data", "--workers", "1") as command:
        command.ready()
        yield command


def run(*arguments: str, program: tuple[str, ...] = MODULE, **env: str) -> Result:
    """Run a load test."""
    return subprocess.run(
        [*program, *arguments], cwd=ROOT, env=environment(DB_PASSWORD="", **env),
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=400, check=False,
    )  # fmt: skip


def report_of(result: Result) -> Path:
    found = re.search(r"^report: (.+)$", result.stdout, re.MULTILINE)
    assert found, result.stdout + result.stderr
    return Path(found[1])


def users(command: Command) -> list[str]:
    with psycopg.connect(command.description()["database_url"]) as connection:
        return [row[0] for row in connection.execute("SELECT email FROM users_uc_user")]


@with_jmeter
def test_a_smoke_test_calls_every_endpoint_without_error(command: Command) -> None:
    result = run("--smoke", "--data", str(command.data), program=SCRIPT)
    assert result.returncode == 0, result.stdout + result.stderr
    for label in ENDPOINTS:
        assert re.search(rf"│ {re.escape(label)} +│ +[1-9]\d* │ +0 │", result.stdout), label
    # Nine loops; every second change ends in a deletion.
    assert (
        "checked in the database: 12 users created, 9 changed, 4 deleted, 9 files with"
        in result.stdout
    )
    report = report_of(result)
    assert "Passed" in report.read_text(encoding="utf-8")
    assert {path.name for path in report.parent.iterdir()} >= {"results.jtl", "summary.json"}
    assert list(report.parent.glob("*.csv")) == []
    assert users(command) == ["admin@example.com"]
    shutil.rmtree(report.parent)


@with_jmeter
def test_errors_are_counted_and_fail_the_run(command: Command) -> None:
    """The timeout of 1 ms lets every request fail."""
    arguments = ("--smoke", "-Jresponse_timeout=1", "-Jloops=1", "-Jregister_loops=1")
    result = run(*arguments, "--data", str(command.data))
    assert result.returncode == 1
    assert (
        "FAILED: POST auth/login: 3 of 3 requests failed, but the limit is 0.00%" in result.stdout
    )
    assert "FAILED: GET users: no request was sent" in result.stdout
    assert users(command) == ["admin@example.com"]
    shutil.rmtree(report_of(result).parent)


@with_jmeter
def test_a_wrong_password_is_reported(command: Command) -> None:
    result = run("--smoke", "--data", str(command.data), ADMIN_PASSWORD="not this one")
    assert result.returncode == 1
    assert result.stderr == (
        "run_performance_test: admin@example.com cannot log in;"
        " correct ADMIN_EMAIL and ADMIN_PASSWORD\n"
    )


@with_jmeter
def test_only_an_option_allows_a_run_without_the_database_check(
    tmp_path: Path, command: Command
) -> None:
    elsewhere = ("--smoke", "--url", command.ready(), "--data", str(tmp_path))
    result = run(*elsewhere)
    assert result.returncode == 1
    assert "or give --no-database-check" in result.stderr
    result = run(*elsewhere, "--no-database-check")
    assert result.returncode == 1
    assert "set ADMIN_EMAIL and ADMIN_PASSWORD to those of a superuser" in result.stderr


@with_jmeter
def test_a_ramp_up_above_the_login_limit_is_refused_before_the_run(command: Command) -> None:
    """Must be the last test that logs in: it uses up the logins of the minute."""
    result = run("--users", "40", "-Jramp_up=2", "--data", str(command.data))
    assert result.returncode == 1
    assert "40 users within 2 s are 40 logins a minute, but " in result.stderr
    assert "start the system with THROTTLE_LOGIN=80/min, or leave out -Jramp_up\n" in result.stderr
    assert users(command) == ["admin@example.com"]


def test_an_unavailable_system_is_reported(tmp_path: Path) -> None:
    result = run("--url", "http://127.0.0.1:1", "--data", str(tmp_path))
    assert result.returncode == 1
    assert result.stderr.startswith("run_performance_test: http://127.0.0.1:1 does not answer (")
    assert result.stderr.endswith("); start ./run_local.sh or give --url\n")


def test_without_jmeter_and_docker_an_error_names_both(tmp_path: Path, stack: Stack) -> None:
    elsewhere = ("--smoke", "--url", stack.base_url, "--no-database-check")
    env = {"ADMIN_EMAIL": ADMIN, "ADMIN_PASSWORD": PASSWORD, "PATH": str(tmp_path)}
    result = run(*elsewhere, program=MODULE, **env)
    assert result.returncode == 1
    assert "found neither jmeter on the path nor docker" in result.stderr


def test_help_needs_neither_jmeter_nor_a_system() -> None:
    result = run("--help", program=SCRIPT, PATH="/usr/bin:/bin")
    assert result.returncode == 0
    assert result.stdout.startswith("usage: ./run_performance_test.sh [--users N]")

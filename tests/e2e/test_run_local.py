"""./run_local.sh in a fresh copy of the project."""

import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from local.api_client import ApiClient
from local.site import ROOT
from tests.e2e.commands import Command, started

pytestmark = pytest.mark.xdist_group("stack")
ROWS = 2000
PARTS = ("app", "deploy", "local", "run_local.sh", "requirements.txt", "requirements-local.txt")
TOTALS = ("created", "updated", "unchanged", "skipped", "failed", "not_loaded")


def copy_project(target: Path) -> None:
    """Copy the files that git tracks or would track, or all files of the parts without git."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", *PARTS],  # noqa: S607
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    names = {name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()}
    for name in names or _files_of_the_parts():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, target / name)


def _files_of_the_parts() -> set[str]:
    paths = (path for part in PARTS for path in (ROOT / part, *(ROOT / part).rglob("*.*")))
    return {str(path.relative_to(ROOT)) for path in paths if path.is_file()}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return a copy in a folder with a space in its name. Its packages are removed at the end."""
    target = tmp_path_factory.mktemp("fresh") / "a project"
    target.mkdir()
    copy_project(target)
    yield target
    shutil.rmtree(target / ".venv", ignore_errors=True)


def count_users(command: Command) -> int:
    with psycopg.connect(command.description()["database_url"]) as connection:
        row = connection.execute("SELECT count(*) FROM users_uc_user").fetchone()
    return int(row[0]) if row else 0


def import_result(url: str, password: str) -> dict[str, int]:
    """Return the result of the only import, read by the administrator."""
    with ApiClient.log_in(url, "admin@example.com", password) as client:
        (job,) = client.status("/api/v1/imports/")["results"]
    result = {name: int(job[name]) for name in ("rows", *TOTALS)}
    assert sum(result[name] for name in TOTALS) == result["rows"] == ROWS
    return result


@pytest.mark.long
def test_a_fresh_copy_runs_imports_ends_and_runs_again(project: Path) -> None:
    """The data directory is relative to the folder of the caller, not to the script."""
    program = (str(project / "run_local.sh"),)
    data = project.parent / "data"
    with started(data, "--demo", str(ROWS), program=program, cwd=project.parent) as command:
        url = command.ready(within=300)
        command.wait_for("rejected rows as a file: .*\n")
        password = command.wait_for(r"admin: admin@example\.com  password: (\S+)  \(shown")[1]
        result = import_result(url, password)
        users = count_users(command)
        assert users == result["created"] + 2  # plus the administrator and the importer of the demo
        assert command.end(signal.SIGTERM) == 0
    with started(data, program=program, cwd=project.parent) as command:
        url = command.ready()
        assert "creating" not in command.text()
        assert "password: " not in command.text()
        assert count_users(command) == users
        assert import_result(url, password) == result
        assert command.end(signal.SIGTERM) == 0

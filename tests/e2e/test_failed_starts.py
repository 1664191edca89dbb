"""Starts of run_local.sh that fail: one line says why, and no process is left."""

from pathlib import Path

import pytest

from local import leftovers
from tests.e2e.commands import failed_start

pytestmark = pytest.mark.xdist_group("stack")


@pytest.mark.parametrize(
    "arguments",
    [
        *(["--port", "65536"], ["--port", "web"], ["--workers", "0"], ["--demo", "0"]),
        ["--unknown"],
    ],
)
def test_an_invalid_option_is_a_usage_error(arguments: list[str]) -> None:
    code, error = failed_start(*arguments)
    assert code == 2
    assert error.startswith("usage: ./run_local.sh")


def test_a_file_in_place_of_the_data_directory_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    code, error = failed_start("--port", "0", "--data", "data", RUN_LOCAL_FROM=str(tmp_path))
    assert code == 1
    assert error == f"run_local: cannot use {tmp_path / 'data'}: File exists\n"


def test_data_of_another_postgresql_version_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres/PG_VERSION").write_text("9\n")
    code, error = failed_start("--port", "0", "--data", str(tmp_path))
    assert code == 1
    assert error.count("\n") == 1
    assert f"{tmp_path / 'postgres'} belongs to PostgreSQL 9, " in error
    assert [path.name for path in (tmp_path / "postgres").iterdir()] == ["PG_VERSION"]


def test_an_invalid_admin_email_ends_the_started_servers(tmp_path: Path) -> None:
    code, error = failed_start(
        "--port", "0", "--data", str(tmp_path / "data"), ADMIN_EMAIL="nobody"
    )
    assert code == 1
    assert error.endswith("ADMIN_EMAIL is not an e-mail address: nobody. Set it to a valid one.\n")
    assert list(leftovers.find(tmp_path / "data")) == []


def test_a_management_command_without_a_running_system_says_how_to_start_one(
    tmp_path: Path,
) -> None:
    code, error = failed_start("--data", str(tmp_path / "data"), "manage", "check")
    assert code == 1
    assert error == (
        f"run_local: no system is running on {tmp_path / 'data'}; start it with ./run_local.sh"
        " in another terminal and wait for its line `ready`\n"
    )
    assert not (tmp_path / "data").exists()

"""The commands `prepare_database` and `await_migrations` on an empty database."""

import os
import subprocess
import sys
from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest

from local.site import APP

ADMIN = {"ADMIN_EMAIL": "root@example.com", "ADMIN_PASSWORD": "correct horse battery"}


def connect(database: str) -> psycopg.Connection:
    return psycopg.connect(
        dbname=database,
        host=os.environ["DB_HOST"],
        port=os.environ["DB_PORT"],
        user=os.environ["DB_USER"],
        password=os.environ["DB_PASSWORD"],
        autocommit=True,
    )


@pytest.fixture
def empty_database() -> Iterator[str]:
    """Yield the name of a new database."""
    name = f"prepared_{uuid4().hex}"
    with connect("postgres") as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield name
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def start(*arguments: str, **env: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "manage.py", *arguments], cwd=APP, env={**os.environ, **env},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def result_of(process: subprocess.Popen[str], *, within: float = 120) -> tuple[int, str, str]:
    output, errors = process.communicate(timeout=within)
    return process.returncode, output, errors


@pytest.mark.parametrize(
    "number",
    [2, pytest.param(6, marks=pytest.mark.slow), pytest.param(10, marks=pytest.mark.long)],
)
def test_replicas_migrate_once_and_create_one_superuser(empty_database: str, number: int) -> None:
    env = {"DB_NAME": empty_database, **ADMIN}
    replicas = [start("prepare_database", **env) for _ in range(number)]
    results = [result_of(replica) for replica in replicas]
    assert [code for code, _, _ in results] == [0] * number, results
    outputs = [output for _, output, _ in results]
    assert sum("Applying users_uc.0001_initial" in output for output in outputs) == 1
    assert sum("No migrations to apply" in output for output in outputs) == number - 1
    assert sorted(output.splitlines()[-1] for output in outputs) == ["created"] + ["exists"] * (
        number - 1
    )
    with connect(empty_database) as connection:
        users = connection.execute("SELECT email, is_superuser FROM users_uc_user").fetchall()
    assert users == [(ADMIN["ADMIN_EMAIL"], True)]
    assert result_of(start("await_migrations", DB_NAME=empty_database)) == (0, "", "")


@pytest.mark.slow
def test_replicas_build_the_index_of_the_search_once(empty_database: str) -> None:
    """Fails with a deadlock if the index is built under the migration lock."""
    env = {"DB_NAME": empty_database, "ADMIN_EMAIL": "", "USER_SEARCH_INDEX": "true"}
    replicas = [start("prepare_database", **env) for _ in range(6)]
    results = [result_of(replica) for replica in replicas]
    assert [code for code, _, _ in results] == [0] * 6, results
    with connect(empty_database) as connection:
        query = "SELECT indisvalid FROM pg_index WHERE indexrelid = 'user_search'::regclass"
        assert connection.execute(query).fetchone() == (True,)


def test_no_superuser_is_created_without_an_address(empty_database: str) -> None:
    env = {"DB_NAME": empty_database, "ADMIN_EMAIL": "", "ADMIN_PASSWORD": ""}
    code, output, errors = result_of(start("prepare_database", **env))
    assert (code, errors) == (0, "")
    assert "created" not in output


def test_an_unavailable_database_is_named(closed_port: int) -> None:
    code, output, errors = result_of(
        start("prepare_database", "--timeout", "1", DB_PORT=str(closed_port))
    )
    assert (code, output) == (1, "")
    assert f":{closed_port} did not accept a connection." in errors
    assert "Connection refused" in errors


def test_missing_migrations_are_awaited_until_the_timeout(empty_database: str) -> None:
    waiting = start("await_migrations", "--timeout", "1", DB_NAME=empty_database)
    code, output, errors = result_of(waiting)
    assert (code, output) == (1, "")
    assert errors == (
        "CommandError: Migrations are missing. Start a web process, which applies them. "
        "Waited 1 s.\n"
    )

"""PostgreSQL from a wheel, by its own programs: the wheel's Python part cannot take a space."""

import os
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

import psycopg
from psycopg import sql

from local import system_user as users
from local.errors import LocalError
from local.files import tail
from local.ports import HOST
from local.postgres_wheel import PACKAGE, binaries, system_user
from local.site import DATABASE, Site

ENV = {"LC_ALL": "C", "PATH": os.defpath}
"""LC_ALL also keeps the server on macOS from starting threads before it forks."""

_SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "wal_buffers": "64MB",
    "jit": "off",
    "log_line_prefix": "%m [%p] %a ",
    "log_error_verbosity": "terse",  # else with the row that broke a rule
}


def _data_argument(directory: Path, user: str | None) -> str:
    """Under Linux another user reaches the data by the working directory, whatever lies above."""
    return "/proc/self/cwd" if user and sys.platform == "linux" else str(directory)


def server_argv(data: Path, *, port: int, user: str | None) -> tuple[str, ...]:
    """To be run in the data directory."""
    directory = _data_argument(data / "postgres", user)
    settings = [f"--{name}={value}" for name, value in _SETTINGS.items()]
    return (str(binaries(user) / "postgres"), "-D", directory, "-p", str(port), *settings)


def prepare(site: Site) -> None:
    """Make the data directory unless it is there; one that was not finished is made anew."""
    finished, unfinished = site.data / "postgres", site.data / "postgres.unfinished"
    if finished.exists():
        _require_same_major(finished)
        return
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    user = system_user()
    if user:
        users.give(user, unfinished)
    _initdb(site, unfinished, user)
    unfinished.rename(finished)


def _require_same_major(directory: Path) -> None:
    there = (directory / "PG_VERSION").read_text(encoding="ascii").strip()
    installed = version(PACKAGE).split(".", maxsplit=1)[0]
    if there != installed:
        raise LocalError(
            f"{directory} is of PostgreSQL {there}, {installed} is installed; choose another --data"
        )


def _initdb(site: Site, directory: Path, user: str | None) -> None:
    log = site.data / "logs/initdb.log"
    with tempfile.TemporaryFile() as password, log.open("wb") as output:
        password.write(site.secrets.db_password.encode())
        password.flush()
        if user:
            users.give(user, password.fileno())
        argv = [
            *(str(binaries(user) / "initdb"), "-D", _data_argument(directory, user)),
            *("-U", DATABASE, "--auth=scram-sha-256", f"--pwfile=/dev/fd/{password.fileno()}"),
            *("--encoding=UTF8", "--locale=C"),
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
        ]
        result = subprocess.run(
            argv, cwd=directory, env=ENV, stdin=subprocess.DEVNULL, stdout=output, check=False,
            stderr=output, pass_fds=(password.fileno(),), **users.run_as(user),
        )  # fmt: skip
    if result.returncode:
        raise LocalError(f"initdb failed, see {log}:\n{tail(log)}")


def _connect(site: Site) -> psycopg.Connection[tuple[object, ...]]:
    url = site.database_url("postgres")
    return psycopg.connect(url, autocommit=True, connect_timeout=2, sslmode="disable")


def is_ready(site: Site) -> bool:
    """It takes connections."""
    try:
        _connect(site).close()
    except psycopg.OperationalError:
        return False
    return True


def create_database(site: Site) -> None:
    """Unless it is there."""
    with _connect(site) as connection:
        query = "SELECT 1 FROM pg_database WHERE datname = %s"
        if connection.execute(query, (DATABASE,)).fetchone() is None:
            name = sql.Identifier(DATABASE)
            connection.execute(sql.SQL("CREATE DATABASE {}").format(name))

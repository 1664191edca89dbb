"""PostgreSQL from a wheel.

The wheel's Python code does not work with a space in a path, so this module starts the programs.
"""

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
"""On macOS LC_ALL also keeps the server from starting threads before it forks."""

_SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "wal_buffers": "64MB",
    "jit": "off",
    "log_line_prefix": "%m [%p] %a ",
    "log_error_verbosity": "terse",  # otherwise the log shows rows that violate a constraint
}


def _data_argument(directory: Path, user: str | None) -> str:
    """Return the argument of -D.

    On Linux another user reaches the working directory even if a folder above is closed.
    """
    return "/proc/self/cwd" if user and sys.platform == "linux" else str(directory)


def server_argv(data: Path, *, port: int, user: str | None) -> tuple[str, ...]:
    """Return the command of the server, which must run in the data directory."""
    directory = _data_argument(data / "postgres", user)
    settings = [f"--{name}={value}" for name, value in _SETTINGS.items()]
    return (str(binaries(user) / "postgres"), "-D", directory, "-p", str(port), *settings)


def prepare(site: Site) -> None:
    """Create the data directory unless it exists. An unfinished directory is created again."""
    finished, unfinished = site.data / "postgres", site.data / "postgres.unfinished"
    if finished.exists():
        _require_same_major(finished)
        return
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    user = system_user()
    if user:
        users.make_owner(user, unfinished)
    _initdb(site, unfinished, user)
    unfinished.rename(finished)


def _require_same_major(directory: Path) -> None:
    existing = (directory / "PG_VERSION").read_text(encoding="ascii").strip()
    installed = version(PACKAGE).split(".", maxsplit=1)[0]
    if existing != installed:
        raise LocalError(
            f"{directory} belongs to PostgreSQL {existing}, but the installed version is"
            f" {installed}; choose another --data"
        )


def _initdb(site: Site, directory: Path, user: str | None) -> None:
    log = site.data / "logs/initdb.log"
    with tempfile.TemporaryFile() as password, log.open("wb") as output:
        password.write(site.secrets.db_password.encode())
        password.flush()
        if user:
            users.make_owner(user, password.fileno())
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
    """Return whether the server accepts connections."""
    try:
        _connect(site).close()
    except psycopg.OperationalError:
        return False
    return True


def create_database(site: Site) -> None:
    """Create the database unless it exists."""
    with _connect(site) as connection:
        query = "SELECT 1 FROM pg_database WHERE datname = %s"
        if connection.execute(query, (DATABASE,)).fetchone() is None:
            name = sql.Identifier(DATABASE)
            connection.execute(sql.SQL("CREATE DATABASE {}").format(name))

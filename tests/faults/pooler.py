"""PgBouncer between the processes of a system and its PostgreSQL."""

import os
import signal
import subprocess
from collections.abc import Iterator
from configparser import ConfigParser
from contextlib import contextmanager
from pathlib import Path

import psycopg

from local import system_user as users
from local.ports import HOST, free_port
from local.postgres_wheel import system_user
from local.site import DATABASE, ROOT
from local.stack import Stack
from local.waiting import wait_until

PROGRAM = os.environ.get("PGBOUNCER_PROGRAM")
EXAMPLE = ROOT / "deploy" / "pgbouncer.ini"
POOL_SIZE = 20
"""Connections of PgBouncer to PostgreSQL, as in the example."""


class Pooler:
    """PgBouncer in transaction mode, on the same port for all systems of a module."""

    def __init__(self) -> None:
        """Start nothing yet."""
        self._port = free_port()
        self._data = Path()
        self._password = ""
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def env(self) -> dict[str, str]:
        """The variables of a system behind this pooler."""
        return {"DB_POOLER": "transaction", "DB_PORT": str(self._port)}

    @contextmanager
    def running(self, stack: Stack) -> Iterator[None]:
        """Run for a stack whose servers run. Its role gets the time limits of requests."""
        self._data = stack.data
        self._password = stack.site.secrets.db_password
        self._configure(stack.site.postgres_port)
        self.start()
        try:
            stack.manage("prepare_database")
            yield
        finally:
            self.kill()

    @property
    def _folder(self) -> Path:
        return self._data / "pgbouncer"

    def _configure(self, postgres_port: int) -> None:
        self._folder.mkdir()
        configuration = ConfigParser()
        configuration.read(EXAMPLE)
        server = f"host={HOST} port={postgres_port} dbname={DATABASE}"
        configuration["databases"][DATABASE] = server
        own = {"listen_addr": HOST, "listen_port": str(self._port), "admin_users": DATABASE}
        user = system_user()
        if user:  # PgBouncer becomes this user after it has loaded its libraries
            own["user"] = user
        configuration["pgbouncer"].update(own)
        with (self._folder / "pgbouncer.ini").open("w", encoding="utf-8") as file:
            configuration.write(file)
        users_file = self._folder / "users.txt"
        users_file.write_text(f'"{DATABASE}" "{self._password}"\n', encoding="utf-8")
        if user:
            for path in (self._folder, *self._folder.iterdir()):
                users.make_owner(user, path)

    def start(self) -> None:
        """Start PgBouncer and wait until it answers."""
        assert PROGRAM
        env = {"LD_LIBRARY_PATH": os.environ.get("PGBOUNCER_LIBRARIES", "")}
        with (self._data / "logs/pgbouncer.log").open("ab") as log:
            self._process = subprocess.Popen(
                [PROGRAM, "pgbouncer.ini"], cwd=self._folder, env=env, stdout=log, stderr=log
            )  # fmt: skip
        wait_until(self._answers, timeout=30, what="PgBouncer must answer")

    def kill(self) -> None:
        """End PgBouncer with all its connections."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()

    def show(self, what: str) -> list[dict[str, object]]:
        """Return what PgBouncer says about itself, such as `pools`."""
        with self._connected() as connection:
            cursor = connection.execute(f"SHOW {what}".encode())
            names = [column.name for column in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor]

    def _connected(self) -> "psycopg.Connection[tuple[object, ...]]":
        return psycopg.connect(
            host=HOST, port=self._port, user=DATABASE, password=self._password,
            dbname="pgbouncer", autocommit=True, cursor_factory=psycopg.ClientCursor,
        )  # fmt: skip

    def _answers(self) -> bool:
        try:
            return bool(self.show("version"))
        except psycopg.OperationalError:
            return False

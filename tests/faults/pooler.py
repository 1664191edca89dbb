"""A system whose processes reach PostgreSQL through PgBouncer."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from configparser import ConfigParser
from contextlib import contextmanager
from pathlib import Path

import psycopg

from local import system_user as users
from local.ports import HOST, free_port
from local.postgres_wheel import system_user
from local.site import DATABASE, ROOT, Site
from local.stack import Stack
from local.waiting import wait_until
from tests.faults.failpoints import Failpoints
from tests.faults.system import AUDIT, FAST, System
from tests.stacks import copy_prepared, kill_programs

PROGRAM = os.environ.get("PGBOUNCER_PROGRAM")
EXAMPLE = ROOT / "deploy" / "pgbouncer.ini"
POOL_SIZE = 20
"""Connections of PgBouncer to PostgreSQL, as in the example."""


class Pooler:
    """PgBouncer in transaction mode."""

    def __init__(self, folder: Path, port: int) -> None:
        """Start nothing yet."""
        self._folder = folder
        self._port = port
        self._process: subprocess.Popen[bytes] | None = None

    def configure(self, site: Site) -> None:
        """Write the configuration for a running PostgreSQL."""
        self._folder.mkdir(parents=True)
        self._password = site.secrets.db_password
        configuration = ConfigParser()
        configuration.read(EXAMPLE)
        server = f"host={HOST} port={site.postgres_port} dbname={DATABASE}"
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
        with (self._folder.parent / "logs/pgbouncer.log").open("ab") as log:
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


class PooledSystem(System):
    """A system with the pooler of its processes."""

    def __init__(self, stack: Stack, failpoints: Failpoints, pooler: Pooler) -> None:
        super().__init__(stack, failpoints)
        self.pooler = pooler


@contextmanager
def pooled(data: Path, *, env: Mapping[str, str]) -> Iterator[PooledSystem]:
    """Run a new system in `data`, which is removed at the end, behind a pooler."""
    copy_prepared(data)
    failpoints = Failpoints(data / "failpoints")
    port = free_port()
    pooler = Pooler(data / "pgbouncer", port)
    extra = {**FAST, "FAILPOINTS": str(failpoints.folder), "DB_POOLER": "transaction", **env}
    with Stack(data, extra_env={**extra, "DB_PORT": str(port)}) as stack:
        stack.start_servers()
        pooler.configure(stack.site)
        pooler.start()
        try:
            with psycopg.connect(stack.site.database_url()) as connection:
                connection.execute(AUDIT.read_bytes())
            stack.manage("prepare_database")
            stack.start_programs(without=("worker-mail",))
            system = PooledSystem(stack, failpoints, pooler)
            yield system
            system.api.close()
            kill_programs(stack)
        finally:
            pooler.kill()
    shutil.rmtree(data)

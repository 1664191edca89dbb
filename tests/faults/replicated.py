"""A system whose PostgreSQL has a standby that can take over."""

import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from local import system_user as users
from local.ports import HOST
from local.postgres import ENV, server_argv
from local.postgres_wheel import binaries, system_user
from local.site import DATABASE, Site
from local.stack import Stack
from local.waiting import wait_until
from tests.faults.failpoints import Failpoints
from tests.faults.system import AUDIT, FAST, System
from tests.stacks import copy_prepared, kill_programs

PRIMARY_HOST = "127.0.0.2"
"""The other server has the same port on the usual address."""
_NAME = "standby"


class Primary:
    """The first PostgreSQL. The system's own is its standby until `promote`."""

    def __init__(self, data: Path, site: Site) -> None:
        """Start on a copy of the system's data directory."""
        self._site = site
        folder, user = data / "primary", system_user()
        folder.mkdir()
        (data / "postgres").rename(folder / "postgres")
        self._url = site.database_url().replace(f"@{HOST}:", f"@{PRIMARY_HOST}:")
        argv = server_argv(folder, port=site.postgres_port, user=user)
        with (data / "logs/primary.log").open("wb") as log:
            self._server = subprocess.Popen(
                [*argv, f"--listen_addresses={PRIMARY_HOST}"],
                cwd=folder / "postgres", env=ENV, stdout=log, stderr=log, **users.run_as(user),
            )  # fmt: skip

    def await_ready(self) -> None:
        """Wait until the server accepts connections."""
        wait_until(self._is_ready, timeout=30, what="the primary must accept connections")

    def _is_ready(self) -> bool:
        try:
            self.execute("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def execute(self, statement: str) -> list[tuple[Any, ...]]:
        """Run a statement on the primary and return its rows."""
        with psycopg.connect(self._url, autocommit=True, connect_timeout=2) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def number(self, statement: str) -> int:
        """Run a statement on the primary and return its only number."""
        return int(self.execute(statement)[0][0])

    def copy_to(self, folder: Path) -> None:
        """Make `folder` the data directory of a standby."""
        user = system_user()
        folder.mkdir(mode=0o700)
        if user:
            users.make_owner(user, folder)
        address = f"host={PRIMARY_HOST} port={self._site.postgres_port} user={DATABASE}"
        subprocess.run(
            [
                *(str(binaries(user) / "pg_basebackup"), "-D", ".", "-R", "-c", "fast"),
                *("-d", f"{address} application_name={_NAME}"),
            ],
            cwd=folder, check=True, **users.run_as(user),
            env={**ENV, "PGPASSWORD": self._site.secrets.db_password},
        )  # fmt: skip

    def commit_on_both(self) -> None:
        """Make each commit wait until the standby has it too."""
        self.execute(f"ALTER SYSTEM SET synchronous_standby_names = '{_NAME}'")
        self.execute("SELECT pg_reload_conf()")

    def crash(self) -> None:
        """End the server at once, without a checkpoint and without a word to its clients.

        SIGKILL would leave shared memory behind.
        """
        self._server.send_signal(signal.SIGQUIT)
        self._server.wait()

    def stop(self) -> None:
        """Stop the server if it still runs."""
        if self._server.poll() is None:
            self._server.send_signal(signal.SIGINT)
            self._server.wait()


@contextmanager
def replicated(data: Path, *, synchronous: bool) -> Iterator[tuple[System, Primary]]:
    """Run a new system in `data`, which is removed at the end.

    With `synchronous`, each commit waits until the standby has it too.
    """
    copy_prepared(data)
    failpoints = Failpoints(data / "failpoints")
    extra = {**FAST, "FAILPOINTS": str(failpoints.folder), "DB_HOST": f"{PRIMARY_HOST},{HOST}"}
    with Stack(data, extra_env=extra) as stack:
        primary = Primary(data, stack.site)
        try:
            primary.await_ready()
            primary.execute(AUDIT.read_text())
            primary.copy_to(data / "postgres")
            if synchronous:
                primary.commit_on_both()
            stack.start_servers()
            stack.start_programs(without=["worker-mail"])
            system = System(stack, failpoints)
            yield system, primary
            system.api.close()
            kill_programs(stack)
        finally:
            primary.stop()
    shutil.rmtree(data)


def promote(system: System) -> None:
    """Let the standby accept writes."""
    assert system.rows("SELECT pg_promote()") == [(True,)]

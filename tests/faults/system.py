"""A system that faults are done to, and what it knows."""

import os
import shutil
import signal
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import psycopg
from psycopg.rows import class_row
from redis import Redis

from local.stack import Stack
from local.users_file import write_users
from local.waiting import wait_until
from tests.faults.api import Api
from tests.faults.failpoints import Failpoints
from tests.oracle.reference import UserRow
from tests.stacks import ADMIN, copy_prepared

FAST = {
    "RECOVER_AFTER_SECONDS": "2",
    "RECOVER_EVERY_SECONDS": "2",
    "LOADER_STALL_SECONDS": "3",
    "IMPORT_CHUNK_ROWS": "500",
    "IMPORT_SMALL_FILE_SIZE": "0",
    "THROTTLE_LOGIN": "1000/min",
}
"""What is waited for in production, waited for less; and one queue for all files."""

_PEOPLE = """
    SELECT email, name, phone, is_active, is_staff, is_superuser,
           password NOT LIKE '!%%' AS has_password, false AS imported
    FROM users_uc_user WHERE email <> %s
"""


@contextmanager
def started(data: Path, *, env: Mapping[str, str], workers: int = 2) -> Iterator["System"]:
    """A new system in `data`, which is removed at the end."""
    copy_prepared(data)
    failpoints = Failpoints(data / "failpoints")
    extra = {**FAST, "FAILPOINTS": str(failpoints.folder), **env}
    with Stack(data, workers=workers, extra_env=extra) as stack:
        stack.start_servers()
        with psycopg.connect(stack.site.database_url()) as connection:
            connection.execute((Path(__file__).parent / "audit.sql").read_bytes())
        stack.start_programs()
        system = System(stack, failpoints)
        yield system
        system.api.close()
    shutil.rmtree(data)


class System:
    """`api` asks it as its users do; the rest looks behind."""

    def __init__(self, stack: Stack, failpoints: Failpoints) -> None:
        self.stack = stack
        self.failpoints = failpoints
        self.api = Api(stack.base_url)

    def people_file(self, rows: int, *, seed: int = 1, prefix: str = "") -> bytes:
        """A hundredth of its rows is odd."""
        path = self.stack.data / "people.csv"
        write_users(path, rows, seed=seed, prefix=prefix)
        return path.read_bytes()

    def rows(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """From PostgreSQL, by a connection of its own."""
        with psycopg.connect(self.stack.site.database_url(), autocommit=True) as connection:
            cursor = connection.execute(statement.encode(), values)
            return cursor.fetchall() if cursor.description else []

    def number(self, statement: str, values: Sequence[object] = ()) -> int:
        """The same, of one number."""
        return int(self.rows(statement, values)[0][0])

    def people(self) -> dict[str, UserRow]:
        """All but the superuser; `imported` says nothing."""
        with (
            psycopg.connect(self.stack.site.database_url()) as connection,
            connection.cursor(row_factory=class_row(UserRow)) as cursor,
        ):
            return {person.email: person for person in cursor.execute(_PEOPLE, [ADMIN])}

    def redis(self, **options: Any) -> Redis:
        """A client of the queue's database."""
        return Redis.from_url(self.stack.site.redis_url, **options)

    def shell(self, code: str) -> str:
        """What a management command says that runs this."""
        return self.stack.manage("shell", "--no-imports", "-c", code)

    def publish_again(self, job: str) -> None:
        """The message that starts the import, once more."""
        self.shell(
            "from tasks.models import ImportJob; from tasks.pipeline import enqueue; "
            f"assert enqueue.publish_job(ImportJob.objects.get(id='{job}'))"
        )

    def process(self, name: str) -> psutil.Process:
        """The one at the top of this name, once it has been up for a second.

        Of what ends earlier supervisord thinks that it cannot start, and waits ever longer.
        """
        wait_until(lambda: self.stack.is_running(name), timeout=30, what=f"{name} must run")
        return psutil.Process(self.stack.pid(name))

    def kill_group(self, name: str) -> None:
        """End the process and all its children by SIGKILL; supervisord starts it again."""
        pid = self.process(name).pid
        os.killpg(os.getpgid(pid), signal.SIGKILL)
        wait_until(lambda: self.stack.pid(name) not in {0, pid}, timeout=30, what=f"{name} is back")

    def end_connections(self, name: str = "accounts-worker") -> int:
        """Cut the connections of this application to PostgreSQL; how many there were."""
        return self.number(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
            "WHERE application_name = %s",
            [name],
        )

    def starts(self, job: str, chunk: int | None = None) -> int:
        """How often the job's plan was begun, or this chunk."""
        return self.number(
            "SELECT count(*) FROM audit_starts WHERE job = %s AND chunk IS NOT DISTINCT FROM %s",
            [job, chunk],
        )

    def plan_folders(self, job: str) -> list[Path]:
        """What planning has left in the storage."""
        folder = self.stack.data / "media" / "imports" / job
        return [path for path in folder.iterdir() if path.is_dir()]

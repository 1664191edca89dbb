"""A system for tests of faults, with its database, queue and processes."""

import os
import shutil
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
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
from tests.oracle.users import UserRow
from tests.stacks import ADMIN, copy_prepared, kill_programs
from tests.store import Store

FAST = {
    "RECOVER_AFTER_SECONDS": "2",
    "RECOVER_EVERY_SECONDS": "2",
    "LOADER_STALL_SECONDS": "3",
    "IMPORT_CHUNK_ROWS": "500",
    "IMPORT_SMALL_FILE_SIZE": "0",
    "THROTTLE_LOGIN": "1000/min",
}
"""Shorter intervals than in production, and one queue for all files."""

AUDIT = Path(__file__).parent / "audit.sql"
_PEOPLE = """
    SELECT email, coalesce(external_id, '') AS external_id, name, phone, is_active,
           deactivated_by_user, is_staff, is_superuser,
           must_change_password, verified_email = email AS email_verified,
           password NOT LIKE '!%%' AS has_password, false AS imported
    FROM users_uc_user WHERE email <> %s
"""


@contextmanager
def started(
    data: Path,
    *,
    env: Mapping[str, str],
    workers: int = 2,
    s3: bool = False,
    beside: Callable[[Stack], AbstractContextManager[object]] = nullcontext,
) -> Iterator["System"]:
    """Run a new system in `data`, which is removed at the end.

    Without a mail server it has no Celery worker for mails, which takes seconds to start. The
    context `beside` the system begins when the servers run and ends after the programs.
    """
    copy_prepared(data)
    failpoints = Failpoints(data / "failpoints")
    extra = {**FAST, "FAILPOINTS": str(failpoints.folder), **env}
    with Stack(data, workers=workers, s3=s3, extra_env=extra) as stack:
        stack.start_servers()
        with psycopg.connect(stack.site.database_url()) as connection:
            connection.execute(AUDIT.read_bytes())
        with beside(stack):
            stack.start_programs(without=() if "EMAIL_HOST" in env else ("worker-mail",))
            system = System(stack, failpoints)
            yield system
            system.api.close()
            kill_programs(stack)
    shutil.rmtree(data)


class System:
    """A running system. `api` is its client; the other members look inside or cause faults."""

    def __init__(self, stack: Stack, failpoints: Failpoints) -> None:
        self.stack = stack
        self.failpoints = failpoints
        self.api = Api(stack.base_url)

    def people_file(self, rows: int, *, seed: int = 1, prefix: str = "") -> bytes:
        """Return a file of users with about 1 % rejected rows."""
        path = self.stack.data / "people.csv"
        write_users(path, rows, seed=seed, prefix=prefix)
        return path.read_bytes()

    def rows(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Run a statement on a connection of its own and return its rows."""
        with psycopg.connect(self.stack.site.database_url(), autocommit=True) as connection:
            cursor = connection.execute(statement.encode(), values)
            return cursor.fetchall() if cursor.description else []

    def number(self, statement: str, values: Sequence[object] = ()) -> int:
        """Run a statement and return its only number."""
        return int(self.rows(statement, values)[0][0])

    def users(self) -> dict[str, UserRow]:
        """Return all users but the superuser by e-mail address; `imported` is always false."""
        with (
            psycopg.connect(self.stack.site.database_url()) as connection,
            connection.cursor(row_factory=class_row(UserRow)) as cursor,
        ):
            return {person.email: person for person in cursor.execute(_PEOPLE, [ADMIN])}

    @property
    def store(self) -> Store:
        """The store of a system that has one."""
        return Store(self.stack.site.store_url, self.stack.site.secrets.store_key)

    def redis(self, **options: Any) -> Redis:
        """Return a client of the Redis database of the queue."""
        return Redis.from_url(self.stack.site.redis_url, **options)

    def shell(self, code: str) -> str:
        """Run the code in `manage.py shell` and return the output."""
        return self.stack.manage("shell", "--no-imports", "-c", code)

    def publish_again(self, job: str, *, times: int) -> None:
        """Publish the message that starts the import so many times more."""
        self.shell(
            "from tasks.models import ImportJob; from tasks.lifecycle import enqueue; "
            f"job = ImportJob.objects.get(id='{job}'); "
            f"assert all([enqueue.publish_job(job) for _ in range({times})])"
        )

    def process(self, name: str) -> psutil.Process:
        """Return the top process of a program, once it has run for a second.

        supervisord treats an earlier end as a failed start and waits longer before each retry.
        """
        wait_until(lambda: self.stack.is_running(name), timeout=30, what=f"{name} must run")
        return psutil.Process(self.stack.pid(name))

    def kill_group(self, name: str) -> None:
        """End the process and all its children by SIGKILL; supervisord starts it again."""
        pid = self.process(name).pid
        os.killpg(os.getpgid(pid), signal.SIGKILL)
        wait_until(lambda: self.stack.pid(name) not in {0, pid}, timeout=30, what=f"{name} is back")

    def end_connections(self, name: str = "accounts-worker") -> int:
        """Cut the connections of an application to PostgreSQL and return their number."""
        return self.number(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
            "WHERE application_name = %s",
            [name],
        )

    def starts(self, job: str, chunk: int | None = None) -> int:
        """Return how often the plan of the job, or this chunk, was started."""
        return self.number(
            "SELECT count(*) FROM audit_starts WHERE job = %s AND chunk IS NOT DISTINCT FROM %s",
            [job, chunk],
        )

    def plan_folders(self, job: str) -> list[Path]:
        """Return the folders of chunk files of the job."""
        folder = self.stack.data / "media" / "imports" / job
        return [path for path in folder.iterdir() if any(path.glob("*.arrow"))]

"""One running system for many tests, which is emptied between them."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

import psutil
import psycopg
from redis import Redis

from core.redis import database_url
from local.errors import LocalError
from local.waiting import wait_until
from tests.faults.api import Api
from tests.faults.system import System
from tests.stacks import ADMIN

# Not `mails`: a system without a mail server has no Celery worker for this queue.
QUEUES = ("imports", "imports_small", "default", "recovery", "unacked")
_UNDER_WAY = """
    SELECT (SELECT count(*) FROM tasks_importjob WHERE finished_at IS NULL)
         + (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory')
"""
_TABLES = """
    SELECT string_agg(quote_ident(tablename), ', ') FROM pg_tables WHERE schemaname = 'public'
    AND tablename NOT IN ('django_migrations', 'django_content_type', 'auth_permission')
"""


class SharedSystem:
    """Lends its system to one test after the other.

    Each test gets the system as new: without rows, files, logs, results and armed failpoints, and
    ready. A test may kill processes, but if it leaves one frozen, or leaves work, the next test
    gets a new system.
    """

    def __init__(
        self, folder: Path, start: Callable[[Path], AbstractContextManager[System]]
    ) -> None:
        """Start no system yet. `start` runs one in a data directory."""
        self._folder = folder
        self._run = start
        self._systems = 0
        self._running = ExitStack()
        self._system: System | None = None

    @contextmanager
    def lent(self) -> Iterator[System]:
        """Lend the system to one test."""
        system = self._system or self._start()
        before = system.stack.pids()
        yield system
        system.api.close()
        if not _is_as_new(system, before):
            self.end()

    def _start(self) -> System:
        self._systems += 1
        data = self._folder / str(self._systems)
        self._system = self._running.enter_context(self._run(data))
        return self._system

    def end(self) -> None:
        """End the system, if there is one."""
        self._running.close()
        self._system = None


def _is_as_new(system: System, before: dict[str, int]) -> bool:
    """Empty the system and return whether the next test can use it."""
    try:
        if _has_frozen(system):
            return False
        system.stack.start(before.keys() - {"supervisord"})  # a test may have stopped one
        wait_until(lambda: _is_idle(system), timeout=5, what="the system must be idle")
        _empty(system)
    except (LocalError, psutil.Error, psycopg.Error):
        return False
    return True


def _has_frozen(system: System) -> bool:
    supervisord = psutil.Process(system.stack.pid("supervisord"))
    processes = supervisord.children(recursive=True)
    return any(process.status() == psutil.STATUS_STOPPED for process in processes)


def _is_idle(system: System) -> bool:
    with system.redis() as redis:
        return not redis.exists(*QUEUES) and not system.number(_UNDER_WAY)


def _empty(system: System) -> None:
    with psycopg.connect(system.stack.site.database_url()) as connection:
        (tables,) = connection.execute(_TABLES).fetchone() or ("",)
        own = "SELECT * FROM users_uc_user WHERE email = %s"
        connection.execute(f"CREATE TEMPORARY TABLE kept ON COMMIT DROP AS {own}".encode(), [ADMIN])
        connection.execute(f"TRUNCATE {tables}".encode())
        connection.execute("INSERT INTO users_uc_user SELECT * FROM kept")
    for offset in (1, 2):  # the results and the cache; the queue's database is idle
        with Redis.from_url(database_url(system.stack.site.redis_url, offset)) as redis:
            redis.flushdb()
    data = system.stack.data
    if system.stack.site.store_ports:
        system.store.clear()
    for folder in (data / "media" / "imports", data / "media" / "incoming"):
        shutil.rmtree(folder, ignore_errors=True)
    for path in system.failpoints.folder.iterdir():
        path.unlink()
    for log in (data / "logs").iterdir():
        log.write_bytes(b"")
    system.api = Api(system.stack.base_url)

"""Whole systems for tests: gunicorn, Celery workers and beat on their own PostgreSQL and Valkey."""

import fcntl
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import psycopg

from local.api_client import ApiClient, Json
from local.processes import SERVERS
from local.stack import Stack
from local.waiting import wait_until
from tests.servers import without_durability

ADMIN, PASSWORD = "admin@example.com", "correct horse battery"
FINAL = {"SUCCESS", "FAILURE", "REVOKED"}


def copy_prepared(data: Path) -> None:
    """Fill `data` with a data directory that has the tables and a superuser.

    The first call in any test process makes the directory; all calls copy it.
    """
    made = Path(os.environ["TESTS_FOLDER"]) / "prepared"
    with made.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            unfinished = made.with_suffix(".unfinished")
            _prepare(unfinished)
            unfinished.rename(made)
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    subprocess.run(["/bin/cp", "-a", f"{made}/.", data], check=True)  # noqa: S603


def _prepare(data: Path) -> None:
    with Stack(data) as stack:
        stack.start_servers()
        stack.manage("migrate", "--no-input")
        stack.manage("ensure_superuser", env={"ADMIN_EMAIL": ADMIN, "ADMIN_PASSWORD": PASSWORD})


@contextmanager
def running(data: Path, **env: str) -> Iterator[Stack]:
    """Run a system with a superuser."""
    copy_prepared(data)
    without_durability(data)
    with Stack(data, extra_env=env) as stack:
        stack.start_servers()
        stack.start_programs()
        yield stack


def kill_programs(stack: Stack) -> None:
    """Make supervisord end the stack, and kill its programs, which take seconds to stop."""
    pids = stack.pids()
    os.kill(pids.pop("supervisord"), signal.SIGTERM)
    for name, pid in pids.items():
        if name not in SERVERS:
            with suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)


def as_admin(stack: Stack) -> ApiClient:
    """Return a client of the superuser."""
    return ApiClient.log_in(stack.base_url, ADMIN, PASSWORD)


def numbers(stack: Stack, statement: str) -> tuple[int, ...]:
    """Return a row of numbers from the database of the system."""
    with psycopg.connect(stack.site.database_url()) as connection:
        return tuple(connection.execute(statement).fetchone() or ())


def await_end(client: ApiClient, url: str, *, within: float) -> Json:
    """Wait for the end of an import and return its status document."""
    document: Json = {}

    def is_final() -> bool:
        document.update(client.status(url))
        return document["status"] in FINAL

    wait_until(is_final, timeout=within, what="the import must end", poll=0.2)
    return document


@contextmanager
def frozen(stack: Stack, name: str) -> Iterator[None]:
    """Freeze the server and its child processes during the body."""
    server = psutil.Process(stack.pid(name))
    processes = [server, *server.children(recursive=True)]
    for process in processes:
        with suppress(psutil.NoSuchProcess):  # it has just ended
            process.suspend()
    try:
        yield
    finally:
        for process in processes:
            with suppress(psutil.NoSuchProcess):
                process.resume()

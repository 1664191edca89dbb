"""Whole systems for tests: real gunicorn, workers and beat on servers of their own."""

import fcntl
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import psycopg

from local.api_client import ApiClient, Json
from local.stack import Stack
from local.waiting import wait_until
from tests.servers import without_durability

ADMIN, PASSWORD = "admin@example.com", "correct horse battery"
FINAL = {"SUCCESS", "FAILURE", "REVOKED"}


def copy_prepared(data: Path) -> None:
    """Fill `data` with a data directory that has its tables and its superuser.

    The first caller in any test process makes it; all others copy it.
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
    """A system with its superuser."""
    copy_prepared(data)
    without_durability(data)
    with Stack(data, extra_env=env) as stack:
        stack.start_servers()
        stack.start_programs()
        yield stack


def as_admin(stack: Stack) -> ApiClient:
    """The superuser's client."""
    return ApiClient(stack.base_url, ADMIN, PASSWORD)


def numbers(stack: Stack, statement: str) -> tuple[int, ...]:
    """A row of numbers from the system's database."""
    with psycopg.connect(stack.site.database_url()) as connection:
        return tuple(connection.execute(statement).fetchone() or ())


def await_end(client: ApiClient, url: str, *, within: float) -> Json:
    """The final status document."""
    document: Json = {}

    def is_final() -> bool:
        document.update(client.status(url))
        return document["status"] in FINAL

    wait_until(is_final, timeout=within, what="the import must end", poll=0.2)
    return document


@contextmanager
def frozen(stack: Stack, name: str) -> Iterator[None]:
    """The server and its children stand still."""
    server = psutil.Process(stack.pid(name))
    processes = [server, *server.children(recursive=True)]
    for process in processes:
        with suppress(psutil.NoSuchProcess):  # it was about to end
            process.suspend()
    try:
        yield
    finally:
        for process in processes:
            with suppress(psutil.NoSuchProcess):
                process.resume()

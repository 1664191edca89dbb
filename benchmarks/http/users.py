"""An idle system with many users."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.checks import must_be
from benchmarks.system import System
from local.users_file import write_users

_BACKGROUND = ("worker", "worker-small", "worker-mail", "beat", "web")
"""Processes that are stopped after the import, so that the machine is free for the load."""


@contextmanager
def system_with_users(rows: int, *, search_index: bool = False) -> Iterator[System]:
    """Start a system, with the setting USER_SEARCH_INDEX, and import the users."""
    with System.started(USER_SEARCH_INDEX=str(search_index).lower()) as system:
        with TemporaryDirectory() as folder:
            path = Path(folder) / "users.csv"
            write_users(path, rows, bad_share=0)
            must_be("created", system.run_import(path)["result"]["created"], rows)
        for name in _BACKGROUND:
            system.stack.stop_process(name)
        system.database.execute("VACUUM ANALYZE")
        system.database.execute("CHECKPOINT")
        yield system

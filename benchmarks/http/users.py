"""A system with so many people, and nothing else to do."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.checks import must_be
from benchmarks.system import System
from local.users_file import write_users

_BACKGROUND = ("worker", "worker-small", "beat", "web")
"""Processes that are ended once the people are there, to have the machine for the load."""


@contextmanager
def system_with_users(rows: int) -> Iterator[System]:
    """They come by one import, as everywhere."""
    with System.started() as system:
        with TemporaryDirectory() as folder:
            path = Path(folder) / "people.csv"
            write_users(path, rows, bad_share=0)
            must_be("created", system.run_import(path)["result"]["created"], rows)
        for name in _BACKGROUND:
            system.stack.stop_process(name)
        system.database.execute("VACUUM ANALYZE")
        system.database.execute("CHECKPOINT")
        yield system

"""The system under measurement, with a client of its API and a connection to its database."""

import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

import psycopg

from local.api_client import ApiClient, Json
from local.stack import Stack
from local.waiting import wait_until

EMAIL, PASSWORD = "bench@example.com", "a long pass phrase"
_FINAL = {"SUCCESS", "FAILURE", "REVOKED"}


class System:
    """A running stack with its superuser, and a connection to its database."""

    client: ApiClient

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.database = psycopg.connect(stack.site.database_url(), autocommit=True)

    @classmethod
    @contextmanager
    def started(cls, *, workers: int = 2, storage: str = "folder", **env: str) -> Iterator[Self]:
        """Start a system in a temporary folder, which is removed at the end, also after SIGTERM.

        Its files are in a folder, or in a store (s3).
        """
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        with (
            TemporaryDirectory(prefix="accounts-bench-") as folder,
            Stack(Path(folder), workers=workers, s3=storage == "s3", extra_env=env) as stack,
        ):
            stack.start_all()
            system = cls(stack)
            system._make_superuser()
            system.settle()
            yield system
            system.client.__exit__()
            system.database.close()

    def _make_superuser(self) -> None:
        admin = {"ADMIN_EMAIL": EMAIL, "ADMIN_PASSWORD": PASSWORD}
        self.stack.manage("ensure_superuser", env=admin)
        self.database.execute("CREATE TABLE bench_superuser AS TABLE users_uc_user")

    def reset(self) -> None:
        """Remove all jobs and all users but the superuser, and write a checkpoint."""
        self.clear()
        self.settle()

    def clear(self) -> None:
        """Remove all jobs and all users but the superuser."""
        self.database.execute("TRUNCATE users_uc_user CASCADE")
        self.database.execute(
            "INSERT INTO users_uc_user OVERRIDING SYSTEM VALUE TABLE bench_superuser"
        )
        self.clear_jobs()

    def clear_jobs(self) -> None:
        """Remove all jobs and their files."""
        self.database.execute("TRUNCATE tasks_importjob, tasks_importrowerror CASCADE")
        shutil.rmtree(self.stack.data / "media" / "imports", ignore_errors=True)

    def settle(self) -> None:
        """Write a checkpoint, and log in again for a new token."""
        self.database.execute("CHECKPOINT")
        self.client = ApiClient.log_in(self.stack.base_url, EMAIL, PASSWORD)

    def run_import(self, path: Path, **options: str) -> Json:
        """Upload the file, wait for the end, and return the last status document."""
        url = self.client.upload(path, **options)
        document: Json = {}

        def is_final() -> bool:
            document.update(self.client.status(url))
            return document["status"] in _FINAL

        wait_until(is_final, timeout=3600, what="the import must end", poll=0.2)
        return document

    def count(self, statement: str) -> int:
        """Return the number that the statement selects."""
        row = self.database.execute(statement.encode()).fetchone()
        return int(row[0]) if row else 0

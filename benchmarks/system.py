"""The system under measurement: started fresh, used over HTTP, looked at in its database."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

import httpx
import psycopg

from local.stack import Stack

_EMAIL, _PASSWORD = "bench@example.com", "a long pass phrase"
_FINAL = {"SUCCESS", "FAILURE", "REVOKED"}


class System:
    """A running stack with its superuser, and a connection to its database."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.database = psycopg.connect(stack.site.database_url(), autocommit=True)
        self._http = httpx.Client(base_url=stack.base_url, timeout=600, trust_env=False)

    @classmethod
    @contextmanager
    def started(cls, *, workers: int = 2) -> Iterator[Self]:
        """A system in a temporary folder, removed afterwards."""
        with (
            TemporaryDirectory(prefix="accounts-bench-") as folder,
            Stack(Path(folder), workers=workers) as stack,
        ):
            stack.start_all()
            system = cls(stack)
            system.reset()
            yield system
            system.database.close()

    def reset(self) -> None:
        """No users but the superuser, no jobs; what was written before is on disk."""
        self.database.execute("TRUNCATE users_uc_user, tasks_importjob CASCADE")
        self.stack.manage(
            "ensure_superuser", env={"ADMIN_EMAIL": _EMAIL, "ADMIN_PASSWORD": _PASSWORD}
        )
        self.database.execute("CHECKPOINT")
        answer = self._http.post("/api/auth/login/", json={"email": _EMAIL, "password": _PASSWORD})
        self._http.headers["Authorization"] = f"Bearer {answer.raise_for_status().json()['access']}"

    def upload(self, path: Path) -> str:
        """Send the file; the status URL."""
        with path.open("rb") as file:
            answer = self._http.post("/api/contacts/upload-csv/", files={"file": file})
        url: str = answer.raise_for_status().json()["status_url"]
        return url

    def wait(self, status_url: str) -> dict[str, Any]:
        """The final status document."""
        while True:
            document: dict[str, Any] = self._http.get(status_url).raise_for_status().json()
            if document["status"] in _FINAL:
                return document
            time.sleep(0.2)

    def count(self, statement: str) -> int:
        """A number from the database."""
        row = self.database.execute(statement).fetchone()
        return int(row[0]) if row else 0

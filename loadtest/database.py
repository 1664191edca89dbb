"""The database of the system: a direct connection, or psql in Docker Compose."""

import csv
import io
import os
import shutil
import subprocess
from typing import Protocol

import psycopg

from loadtest.target import Target
from local.errors import LocalError
from local.site import ROOT

type Row = list[str]

_COMPOSE = ("docker", "compose")
_PSQL = 'exec psql -X -q -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d "${POSTGRES_DB:-$POSTGRES_USER}"'


class Database(Protocol):
    """The interface of both connections."""

    def rows(self, query: str) -> list[Row]:
        """Return the rows of a query as text. NULL is an empty string."""
        ...

    def run(self, statements: str) -> None:
        """Run the statements in one transaction."""
        ...


def _as_copy(query: str) -> str:
    return f"COPY ({query}) TO STDOUT (FORMAT csv)"


class DirectDatabase:
    """A connection by URL or by psycopg's keywords."""

    def __init__(self, conninfo: str = "", **keywords: str) -> None:
        """Prepare without connecting."""
        self._conninfo = psycopg.conninfo.make_conninfo(conninfo, connect_timeout=10, **keywords)

    def rows(self, query: str) -> list[Row]:
        """Return the rows of a query as text."""
        with self._connect() as connection, connection.cursor().copy(_as_copy(query)) as copy:
            content = b"".join(bytes(block) for block in copy)
        return list(csv.reader(io.StringIO(content.decode())))

    def run(self, statements: str) -> None:
        """Run the statements in one transaction."""
        with self._connect() as connection:
            connection.execute(statements.encode())

    def _connect(self) -> psycopg.Connection:
        try:
            return psycopg.connect(self._conninfo)
        except psycopg.OperationalError as error:
            raise LocalError(f"cannot connect to the database: {error}".strip()) from error


class ComposeDatabase:
    """psql in the service `postgres` of docker-compose.yml, with the settings of its container."""

    def rows(self, query: str) -> list[Row]:
        """Return the rows of a query as text."""
        return list(csv.reader(io.StringIO(self._psql(f"{_as_copy(query)};"))))

    def run(self, statements: str) -> None:
        """Run the statements in one transaction."""
        self._psql(f"BEGIN;\n{statements}\nCOMMIT;")

    def _psql(self, statements: str) -> str:
        result = subprocess.run(
            [*_COMPOSE, "exec", "-T", "postgres", "sh", "-c", _PSQL],
            cwd=ROOT, input=statements, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if result.returncode:
            raise LocalError(f"psql in the service postgres failed: {result.stderr.strip()}")
        return result.stdout


def find_database(target: Target) -> Database | None:
    """Return the database of run_local.sh, of the DB_ variables, of Docker Compose, or None."""
    if target.local is not None:
        return DirectDatabase(target.local.database_url)
    if password := os.environ.get("DB_PASSWORD"):
        return DirectDatabase(
            host=os.environ.get("DB_HOST", "localhost"),
            port=os.environ.get("DB_PORT", "5432"),
            dbname=os.environ.get("DB_NAME", "accounts"),
            user=os.environ.get("DB_USER", "accounts"),
            password=password,
        )
    return ComposeDatabase() if target.is_here and _compose_runs() else None


def _compose_runs() -> bool:
    if not (ROOT / "docker-compose.yml").exists() or shutil.which("docker") is None:
        return False
    result = subprocess.run(
        [*_COMPOSE, "ps", "--status", "running", "--services"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return "postgres" in result.stdout.split()

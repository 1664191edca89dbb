"""The system's database: directly, or by psql in Docker Compose."""

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
    """What both ways can do."""

    def rows(self, query: str) -> list[Row]:
        """The answer as text; NULL is an empty text."""
        ...

    def run(self, statements: str) -> None:
        """All of them, or none."""
        ...


def _copied(query: str) -> str:
    return f"COPY ({query}) TO STDOUT (FORMAT csv)"


class DirectDatabase:
    """By its URL or psycopg's keywords."""

    def __init__(self, conninfo: str = "", **keywords: str) -> None:
        """Nothing is connected yet."""
        self._conninfo = psycopg.conninfo.make_conninfo(conninfo, connect_timeout=10, **keywords)

    def rows(self, query: str) -> list[Row]:
        """The answer as text."""
        with self._connect() as connection, connection.cursor().copy(_copied(query)) as copy:
            content = b"".join(bytes(block) for block in copy)
        return list(csv.reader(io.StringIO(content.decode())))

    def run(self, statements: str) -> None:
        """In one transaction."""
        with self._connect() as connection:
            connection.execute(statements.encode())

    def _connect(self) -> psycopg.Connection:
        try:
            return psycopg.connect(self._conninfo)
        except psycopg.OperationalError as error:
            raise LocalError(f"cannot reach the database: {error}".strip()) from error


class ComposeDatabase:
    """The service `postgres` of docker-compose.yml, with the names that its container has."""

    def rows(self, query: str) -> list[Row]:
        """The answer as text."""
        return list(csv.reader(io.StringIO(self._psql(f"{_copied(query)};"))))

    def run(self, statements: str) -> None:
        """In one transaction."""
        self._psql(f"BEGIN;\n{statements}\nCOMMIT;")

    def _psql(self, statements: str) -> str:
        result = subprocess.run(
            [*_COMPOSE, "exec", "-T", "postgres", "sh", "-c", _PSQL],
            cwd=ROOT, input=statements, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if result.returncode:
            raise LocalError(f"psql in the service postgres: {result.stderr.strip()}")
        return result.stdout


def find_database(target: Target) -> Database | None:
    """run_local.sh's, the one that the DB_ variables name, or that of Docker Compose."""
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

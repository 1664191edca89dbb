"""What the users' table holds before a timing; both sides of a pair begin with the same."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from benchmarks.checks import must_be
from benchmarks.system import System

_BLOCK = 1024 * 1024


class Before(Protocol):
    """A state of the table that can be made again and again."""

    def restore(self, system: System) -> None:
        """Make it so, without jobs."""


class Nobody:
    """The superuser alone."""

    def restore(self, system: System) -> None:
        """By truncating."""
        system.clear()


@dataclass(frozen=True)
class Some:
    """The people of a file."""

    path: Path

    def restore(self, system: System) -> None:
        """By a COPY into the empty table."""
        system.clear()
        copy(system, self.path)
        system.database.execute("VACUUM ANALYZE users_uc_user")


@dataclass(frozen=True)
class Crowd:
    """The people of a file, of whom there are too many to load them before each timing."""

    path: Path
    rows: int

    def restore(self, system: System) -> None:
        """Who came later goes, and the index of e-mails is built anew, as if they never came."""
        system.clear_jobs()
        if _users(system) <= self.rows:
            system.clear()
            with _email_index_built_at_the_end(system):
                copy(system, self.path)
                _mark_last(system)
        else:
            with _email_index_built_at_the_end(system):
                _delete_later_users(system)
        system.database.execute("VACUUM ANALYZE users_uc_user")
        must_be("the number of users", _users(system), self.rows + 1)


def copy(system: System, path: Path, *, form: str = "") -> None:
    """One COPY of a file into the users' table, with its commit. `form`: more of its options."""
    statement = f"COPY users_uc_user (email, name, phone) FROM STDIN (FORMAT csv, HEADER{form})"
    with path.open("rb") as file, system.database.cursor().copy(statement.encode()) as target:
        while block := file.read(_BLOCK):
            target.write(block)


def _users(system: System) -> int:
    return system.count("SELECT count(*) FROM users_uc_user")


def _mark_last(system: System) -> None:
    system.database.execute("DROP TABLE IF EXISTS bench_last")
    system.database.execute("CREATE TABLE bench_last AS SELECT max(id) AS id FROM users_uc_user")


def _delete_later_users(system: System) -> None:
    with system.database.transaction():
        # Nothing refers to them, which PostgreSQL would look up a million times.
        system.database.execute("SET LOCAL session_replication_role = replica")
        system.database.execute("DELETE FROM users_uc_user WHERE id > (SELECT id FROM bench_last)")
    # At the end of the table: VACUUM gives their pages back.
    system.database.execute("VACUUM users_uc_user")


@contextmanager
def _email_index_built_at_the_end(system: System) -> Iterator[None]:
    system.database.execute("ALTER TABLE users_uc_user DROP CONSTRAINT user_email_unique")
    yield
    system.database.execute(
        "ALTER TABLE users_uc_user ADD CONSTRAINT user_email_unique UNIQUE (email)"
    )

"""The users table before a measurement. Both sides of a pair begin with the same state."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from benchmarks.checks import must_be
from benchmarks.system import System

_BLOCK = 1024 * 1024
_COLUMNS = "email, name, phone"
_DECLARE = """
    INSERT INTO users_uc_attribute (name, type, choices, required, label_en, label_pt_br, headers)
    VALUES (%s, %s, '{}', false, '', '', '{}') ON CONFLICT DO NOTHING
"""


class TableState(Protocol):
    """A state of the table that can be restored before each measurement."""

    def restore(self, system: System) -> None:
        """Restore the state and remove all jobs."""


class NoUsers:
    """Only the superuser."""

    def restore(self, system: System) -> None:
        """Truncate the table."""
        system.clear()


@dataclass(frozen=True)
class DeclaredAttributes:
    """Only the superuser, and attributes with these types. Later cases have no column of them."""

    types: Mapping[str, str]

    def restore(self, system: System) -> None:
        """Truncate the table of users and declare the attributes, if they are not declared yet."""
        system.clear()
        for name, type_ in self.types.items():
            system.database.execute(_DECLARE, [name, type_])


@dataclass(frozen=True)
class FileUsers:
    """The users of a file."""

    path: Path

    def restore(self, system: System) -> None:
        """Copy the file into the empty table."""
        system.clear()
        copy(system, self.path)
        system.database.execute("VACUUM ANALYZE users_uc_user")


@dataclass(frozen=True)
class ManyUsers:
    """The users of a file that is too large to load before each measurement."""

    path: Path
    rows: int

    def restore(self, system: System) -> None:
        """Delete the users that were created later, and rebuild the index of e-mail addresses."""
        system.clear_jobs()
        if _users(system) <= self.rows:
            system.clear()
            with _without_email_index(system):
                copy(system, self.path)
                _save_last_id(system)
        else:
            with _without_email_index(system):
                _delete_later_users(system)
        system.database.execute("VACUUM ANALYZE users_uc_user")
        must_be("the number of users", _users(system), self.rows + 1)


def copy(system: System, path: Path, *, form: str = "") -> None:
    """Copy a file into the users table and commit. `form` has further options of COPY.

    The columns are those of the header. A file of another dialect has `_COLUMNS`.
    """
    with path.open("rb") as file:  # the rows may have another encoding
        header = file.readline().decode("ascii").strip()
    columns = _COLUMNS if form else header
    statement = f"COPY users_uc_user ({columns}) FROM STDIN (FORMAT csv, HEADER{form})"
    with path.open("rb") as file, system.database.cursor().copy(statement.encode()) as target:
        while block := file.read(_BLOCK):
            target.write(block)


def _users(system: System) -> int:
    return system.count("SELECT count(*) FROM users_uc_user")


def _save_last_id(system: System) -> None:
    system.database.execute("DROP TABLE IF EXISTS bench_last")
    system.database.execute("CREATE TABLE bench_last AS SELECT max(id) AS id FROM users_uc_user")


def _delete_later_users(system: System) -> None:
    with system.database.transaction():
        # No row refers to these users. This setting saves the check of each foreign key.
        system.database.execute("SET LOCAL session_replication_role = replica")
        system.database.execute("DELETE FROM users_uc_user WHERE id > (SELECT id FROM bench_last)")
    # The rows are at the end of the table, so VACUUM truncates it.
    system.database.execute("VACUUM users_uc_user")


@contextmanager
def _without_email_index(system: System) -> Iterator[None]:
    system.database.execute("ALTER TABLE users_uc_user DROP CONSTRAINT user_email_unique")
    yield
    system.database.execute(
        "ALTER TABLE users_uc_user ADD CONSTRAINT user_email_unique UNIQUE (email)"
    )

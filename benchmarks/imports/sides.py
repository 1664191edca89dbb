"""The sides of a case: an import, and the operations that it is compared with."""

import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from benchmarks.checks import must_be
from benchmarks.imports.tables import NoUsers, TableState, copy
from benchmarks.system import System
from local.site import APP, ROOT

_OUTCOMES = ("rows", "created", "updated", "unchanged", "skipped", "failed", "not_loaded")
_PHASES = """
    SELECT extract(epoch FROM planned_at - started_at)::float8,
           extract(epoch FROM coalesce(loaded_at, planned_at) - planned_at)::float8,
           extract(epoch FROM finished_at - coalesce(loaded_at, planned_at))::float8
    FROM tasks_importjob, (SELECT max(finished_at) AS loaded_at FROM tasks_importchunk) AS chunks
"""


@dataclass(frozen=True)
class Phases:
    """The phases of an import in seconds.

    They end when the file is planned, when the last chunk is written, and at the final state. They
    begin with the start of `process_csv`.
    """

    plan: float
    load: float
    finish: float

    @property
    def seconds(self) -> float:
        """The sum of the phases."""
        return self.plan + self.load + self.finish


@dataclass(frozen=True)
class Timing:
    """The time of a number of rows. An import also has its phases."""

    rows: int
    seconds: float
    phases: Phases | None = None

    @property
    def rate(self) -> float:
        """Rows per second."""
        return self.rows / self.seconds


class Side(Protocol):
    """One of the two operations that are measured in turn."""

    def measure(self, system: System) -> Timing:
        """Prepare the table, run the operation, and check its result."""


@dataclass(frozen=True, kw_only=True)
class Import:
    """An import of a file by the whole service.

    `outcomes` has the expected counts that are not 0. `also` has further queries and their results.
    """

    path: Path
    rows: int
    outcomes: Mapping[str, int]
    before: TableState = field(default_factory=NoUsers)
    mode: str = "create"
    match: str = "email"
    also: Mapping[str, int] = field(default_factory=dict)

    def measure(self, system: System) -> Timing:
        """Upload the file and wait for its final state."""
        self.before.restore(system)
        system.settle()
        document = system.run_import(self.path, mode=self.mode, match=self.match)
        expected = {**dict.fromkeys(_OUTCOMES, 0), "rows": self.rows, **self.outcomes}
        must_be("the import", document["result"], expected)
        for query, number in {**self._counts(), **self.also}.items():
            must_be(query, system.count(query), number)
        row: Any = system.database.execute(_PHASES).fetchone()
        phases = Phases(*row)
        return Timing(self.rows, phases.seconds, phases)

    def _counts(self) -> dict[str, int]:
        return {
            "SELECT count(*) FROM users_uc_user WHERE import_id IS NOT NULL": self.outcomes.get(
                "created", 0
            ),
            "SELECT count(*) FROM tasks_importrowerror": self.outcomes.get("failed", 0),
        }


@dataclass(frozen=True, kw_only=True)
class RawCopy:
    """One COPY of a file by one connection. `form` has options in addition to csv and header."""

    path: Path
    rows: int
    before: TableState = field(default_factory=NoUsers)
    form: str = ""

    def measure(self, system: System) -> Timing:
        """Measure the COPY and its commit."""
        self.before.restore(system)
        system.settle()
        users = system.count("SELECT count(*) FROM users_uc_user")
        start = time.perf_counter()
        copy(system, self.path, form=self.form)
        seconds = time.perf_counter() - start
        must_be("users", system.count("SELECT count(*) FROM users_uc_user"), users + self.rows)
        return Timing(self.rows, seconds)


@dataclass(frozen=True, kw_only=True)
class Peer:
    """Another way to import: a module of benchmarks/peers in its own process."""

    module: str
    path: Path
    rows: int
    users: int
    """The number of users that the peer creates; 0 for a peer that only computes."""

    def measure(self, system: System) -> Timing:
        """Read the time that the process prints, which excludes its start."""
        NoUsers().restore(system)
        system.settle()
        result = subprocess.run(
            [sys.executable, "-m", "benchmarks.peers", self.module, str(self.path)],
            cwd=ROOT,
            env={**system.stack.env, "PYTHONPATH": str(APP)},
            stdout=subprocess.PIPE,
            check=True,
        )
        must_be("users", system.count("SELECT count(*) FROM users_uc_user"), self.users + 1)
        return Timing(self.rows, float(result.stdout))

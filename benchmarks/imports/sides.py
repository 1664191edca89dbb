"""The two sides of a case: an import, and what it is measured against."""

import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from benchmarks.checks import must_be
from benchmarks.imports.tables import Before, Nobody, copy
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
    """Seconds of an import: until all is planned, until the last chunk is written, until the end.

    Together they last from the start of `process_csv` to the final state.
    """

    plan: float
    load: float
    finish: float

    @property
    def seconds(self) -> float:
        """All of it."""
        return self.plan + self.load + self.finish


@dataclass(frozen=True)
class Timing:
    """How long so many rows took; an import also knows its phases."""

    rows: int
    seconds: float
    phases: Phases | None = None

    @property
    def rate(self) -> float:
        """Rows a second."""
        return self.rows / self.seconds


class Side(Protocol):
    """One of two that are timed in turn."""

    def measure(self, system: System) -> Timing:
        """Prepare the table, do it, check what came of it."""


@dataclass(frozen=True, kw_only=True)
class Import:
    """A file through the whole service.

    `outcomes`: those that are not zero. `also`: further queries by what they must count.
    """

    path: Path
    rows: int
    outcomes: Mapping[str, int]
    before: Before = field(default_factory=Nobody)
    mode: str = "create"
    also: Mapping[str, int] = field(default_factory=dict)

    def measure(self, system: System) -> Timing:
        """Upload the file and wait for its final state."""
        self.before.restore(system)
        system.settle()
        document = system.run_import(self.path, mode=self.mode)
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
    """One COPY of a file, by one connection. `form`: what its options say beside csv and header."""

    path: Path
    rows: int
    before: Before = field(default_factory=Nobody)
    form: str = ""

    def measure(self, system: System) -> Timing:
        """With its commit."""
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
    """Another way, a module in benchmarks/peers, in a process of its own."""

    module: str
    path: Path
    rows: int
    users: int
    """How many it makes; a yardstick that writes nothing makes none."""

    def measure(self, system: System) -> Timing:
        """It says how long it took, without its start."""
        Nobody().restore(system)
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

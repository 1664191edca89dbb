"""`./run_tests.sh --soak MINUTES [s3]`: imports while one process after the other is killed.

The intervals are those of production. The test writes docs/results/DATE-soak.md, or DATE-soak-s3.md
if the files are in a store, which is killed too. It fails if a row is lost or duplicated, a job is
abandoned, or a recovery takes more than 60 seconds.
"""

import os
import time
from collections import Counter
from datetime import UTC, datetime
from statistics import median

from benchmarks.machine import describe
from local.site import ROOT
from local.waiting import wait_until
from tests.faults.api import Upload
from tests.faults.conftest import Start
from tests.faults.judge import judge_independent
from tests.faults.seed import rng_for
from tests.faults.soak.traffic import LONGEST_RECOVERY, Traffic, await_ready
from tests.faults.system import System

PROCESSES = ("web", "worker", "worker-small", "worker-mail", "beat", "valkey", "postgres")
USUAL = {
    "RECOVER_AFTER_SECONDS": "30",
    "RECOVER_EVERY_SECONDS": "10",
    "LOADER_STALL_SECONDS": "30",
    "IMPORT_SMALL_FILE_SIZE": "50000",
    "IMPORT_MAX_WAITING": "20",
}
_BEGUN = """
    SELECT 'job', id::text, started_at FROM tasks_importjob
    WHERE status IN ('PENDING', 'STARTED') AND started_at IS NOT NULL
    UNION ALL
    SELECT 'chunk', id::text, started_at FROM tasks_importchunk
    WHERE state = 'open' AND started_at IS NOT NULL
"""

Recoveries = dict[str, list[float]]
"""The seconds of each recovery, by killed process."""


def test_soak(start: Start) -> None:
    """All accepted uploads are judged at the end."""
    minutes = float(os.environ["SOAK_MINUTES"])
    storage = os.environ["SOAK_STORAGE"]
    system = start(workers=2, storage=storage, **USUAL)
    processes = (*PROCESSES, "seaweedfs") if storage == "s3" else PROCESSES
    system.stack.start(["worker-mail"])
    rng = rng_for("soak")
    recoveries: Recoveries = {}
    end = time.monotonic() + 60 * minutes
    with Traffic(system, rng) as traffic:
        while time.monotonic() < end and traffic.goes_on():
            _await_work(system, more=rng.randrange(3))
            name = rng.choice(processes)
            recoveries.setdefault(name, []).append(_recovery_from_killing(system, name))
        assert traffic.goes_on()
    judge_independent(system, traffic.uploads, within=300)
    text = report(system, traffic.uploads, recoveries, minutes=minutes)
    name = "soak-s3" if storage == "s3" else "soak"
    path = ROOT / "docs" / "results" / f"{datetime.now(UTC):%Y-%m-%d}-{name}.md"
    path.write_text(text, encoding="utf-8")


def _await_work(system: System, *, more: int) -> None:
    """Wait until `more` further chunks or jobs are started, for kills at any moment of work."""
    begun = "SELECT count(*) FROM audit_starts"
    enough = system.number(begun) + more
    wait_until(lambda: system.number(begun) >= enough, timeout=120, what="work must go on")


def _recovery_from_killing(system: System, name: str) -> float:
    """Kill a process and return the seconds until all started work has continued."""
    system.process(name)
    begun = set(system.rows(_BEGUN))
    before = time.monotonic()
    system.kill_group(name)
    await_ready(system)
    is_continued = lambda: begun.isdisjoint(system.rows(_BEGUN))  # noqa: E731
    left = LONGEST_RECOVERY - (time.monotonic() - before)
    wait_until(
        is_continued, timeout=left, what=f"started work must continue after the kill of {name}"
    )
    return time.monotonic() - before


def report(system: System, uploads: list[Upload], recoveries: Recoveries, *, minutes: float) -> str:
    """Return the text of docs/results."""
    arguments = " s3" if "seaweedfs" in system.stack.pids() else ""
    kills = sum(map(len, recoveries.values()))
    table = "\n".join(
        f"| {name} | {len(seconds)} | {median(seconds):.1f} | {max(seconds):.1f} |"
        for name, seconds in sorted(recoveries.items())
    )
    modes = Counter(upload.options["mode"] for upload in uploads)
    rows = system.number("SELECT sum(rows) FROM tasks_importjob")
    answers = ", ".join(f"{n} of {status}" for status, n in sorted(system.api.statuses.items()))
    return f"""\
# Processes killed for {minutes:g} minutes

`FAULT_SEED={os.environ["FAULT_SEED"]} ./run_tests.sh --soak {minutes:g}{arguments}`

{describe()}.

{kills} kills, {len(uploads)} imports ({modes["create"]} by create, {modes["upsert"]} by upsert) of
{rows:,} rows: every row is there once, every job ended once, with the status and the counts of the
reference importer. Answers: {answers}.

| killed | times | recovered within, median s | at most s |
| --- | --- | --- | --- |
{table}

Recovered: the process is back, `/healthz/ready` is 200, and every plan and chunk that was started
when the process was killed has been started again or is done.
"""

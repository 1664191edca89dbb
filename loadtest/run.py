"""One run: its data, JMeter, and what is made of the results."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from loadtest import accounts, cleanup
from loadtest.admin import administrator
from loadtest.check import describe, differences, read_stored
from loadtest.confirmed import confirmed_by
from loadtest.database import Database, find_database
from loadtest.jmeter import FOLDER, JMeter
from loadtest.jtl import Sample, read_samples
from loadtest.options import Options
from loadtest.plan import run_properties
from loadtest.target import Target
from loadtest.throttle import require_logins
from local.errors import LocalError
from local.say import say

_NO_DATABASE = (
    "cannot look into the database of {url}, so it cannot be checked that it has what the API"
    " confirmed. Set DB_HOST, DB_PORT, DB_NAME, DB_USER and DB_PASSWORD, or give"
    " --no-database-check, which also leaves the made users there"
)
_OTHERS = "the database that was found is not that of {url}: it lacks the users that were just made"


@dataclass(frozen=True)
class Run:
    """What is the run's own: where its results go, and how its users' addresses begin."""

    options: Options
    target: Target
    jmeter: JMeter
    database: Database | None
    started: datetime
    folder: Path
    prefix: str


@dataclass(frozen=True)
class Outcome:
    """What JMeter recorded; lines about what the database lacks; what was compared there."""

    results: Path
    samples: list[Sample]
    differences: list[str] = field(default_factory=list)
    checked: str = "not checked (--no-database-check)"


def prepare(options: Options, target: Target, jmeter: JMeter) -> Run:
    """A folder of its own for the results."""
    database = find_database(target) if options.database_check else None
    if options.database_check and database is None:
        raise LocalError(_NO_DATABASE.format(url=target.url))
    started = datetime.now(UTC)
    name = f"{started:%Y%m%d-%H%M%S}"
    folder = FOLDER / "results" / name
    folder.mkdir(parents=True)
    return Run(options, target, jmeter, database, started, folder, f"load-{name}-")


def execute(run: Run) -> Outcome:
    """Make data, run JMeter, look into the database; what was made is removed again."""
    with _data(run):
        properties = run_properties(
            run.options.properties,
            protocol=run.target.protocol,
            host=run.target.host,
            port=run.target.port,
            folder=run.folder,
            prefix=run.prefix,
        )
        require_logins(run.target, properties)
        results = run.jmeter.run(properties, run.folder)
        samples = read_samples(results)
        if run.database is None:
            return Outcome(results, samples)
        confirmed, stored = confirmed_by(samples), read_stored(run.database, run.prefix)
        return Outcome(
            results, samples, differences(confirmed, stored), describe(confirmed, stored)
        )


@contextmanager
def _data(run: Run) -> Iterator[None]:
    try:
        _make_data(run)
        yield
    finally:
        _remove_data(run)


def _remove_data(run: Run) -> None:
    if run.database is not None and not run.options.keep:
        cleanup.remove_users(run.database, run.prefix)
        for path in run.folder.glob("*.csv"):
            path.unlink()
        say("removed the users and imports of this run")
    elif any(run.folder.iterdir()):
        say(f"kept: users whose e-mail begins with {run.prefix}, and their imports")
    if not any(run.folder.iterdir()):
        run.folder.rmdir()


def _make_data(run: Run) -> None:
    count = int(run.options.properties["users"])
    files = accounts.files_needed(run.options.properties)
    say(f"making {count} users and {files} files of {accounts.ROWS} rows")
    with administrator(run.target, run.database, run.prefix) as admin:
        accounts.make_users(admin, run.folder, count=count, prefix=run.prefix)
    accounts.make_files(run.folder, count=files, prefix=run.prefix)
    if run.database is not None and not read_stored(run.database, f"{run.prefix}staff-").users:
        raise LocalError(_OTHERS.format(url=run.target.url))

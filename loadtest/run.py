"""One run: its users and files, JMeter, and the evaluation of the results."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from loadtest import accounts, cleanup
from loadtest.admin import administrator
from loadtest.check import describe, differences, read_database
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
    "found no database of {url}, so it cannot be compared with the answers of the API; set DB_HOST,"
    " DB_PORT, DB_NAME, DB_USER and DB_PASSWORD, or give --no-database-check, which also keeps the"
    " users of the run"
)
_WRONG_DATABASE = (
    "the database that was found is not that of {url}: it lacks the users of this run; set the DB_"
    " variables to the right database"
)


@dataclass(frozen=True)
class Run:
    """One run. The e-mail addresses of its users begin with `prefix`."""

    options: Options
    target: Target
    jmeter: JMeter
    database: Database | None
    started: datetime
    folder: Path
    prefix: str


@dataclass(frozen=True)
class Outcome:
    """The results of JMeter, the differences in the database, and a summary of the comparison."""

    results: Path
    samples: list[Sample]
    differences: list[str] = field(default_factory=list)
    comparison: str = "nothing (--no-database-check)"


def prepare(options: Options, target: Target, jmeter: JMeter) -> Run:
    """Find the database and create the folder of the results."""
    database = find_database(target) if options.database_check else None
    if options.database_check and database is None:
        raise LocalError(_NO_DATABASE.format(url=target.url))
    started = datetime.now(UTC)
    name = f"{started:%Y%m%d-%H%M%S}"
    folder = FOLDER / "results" / name
    folder.mkdir(parents=True)
    return Run(options, target, jmeter, database, started, folder, f"load-{name}-")


def execute(run: Run) -> Outcome:
    """Create the users and files, run JMeter, compare the database, and clean up."""
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
        confirmed, state = confirmed_by(samples), read_database(run.database, run.prefix)
        return Outcome(results, samples, differences(confirmed, state), describe(confirmed, state))


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
        say(f"kept the users whose e-mail addresses begin with {run.prefix}, and their imports")
    if not any(run.folder.iterdir()):
        run.folder.rmdir()


def _make_data(run: Run) -> None:
    count = int(run.options.properties["users"])
    files = accounts.files_needed(run.options.properties)
    say(f"creating {count} users and {files} files of {accounts.ROWS} rows")
    with administrator(run.target, run.database, run.prefix) as admin:
        accounts.make_users(admin, run.folder, count=count, prefix=run.prefix)
    accounts.make_files(run.folder, count=files, prefix=run.prefix)
    if run.database is not None and not read_database(run.database, f"{run.prefix}staff-").users:
        raise LocalError(_WRONG_DATABASE.format(url=run.target.url))

"""The CSV file with JMeter's results."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from loadtest.jmeter import VARIABLES
from local.errors import LocalError

_COLUMNS = {
    *("timeStamp", "elapsed", "label", "responseCode", "responseMessage", "success"),
    *("failureMessage", "allThreads"),
}
_MAX_ERROR_LENGTH = 200
_UNSET = {"", "null", "NONE"}
"""The values of a variable that is not set (JMeter) or that the answer lacks (the plan)."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One request. Times are in milliseconds."""

    start: int
    elapsed: int
    label: str
    code: str
    ok: bool
    error: str
    threads: int
    values: Mapping[str, str]
    """The variables that the plan extracted, and the id of the requested user or job."""

    @property
    def end(self) -> int:
        """The time of the answer."""
        return self.start + self.elapsed


def read_samples(path: Path) -> list[Sample]:
    """Read all requests, ordered by their start. Raise LocalError if there are none."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        missing = _COLUMNS.union(VARIABLES).difference(reader.fieldnames or ())
        if missing:
            raise LocalError(f"{path} lacks the columns {', '.join(sorted(missing))}")
        samples = list(_samples(path, reader))
    if not samples:
        raise LocalError(f"{path} contains no requests; see jmeter.log beside it")
    return sorted(samples, key=lambda sample: sample.start)


def _samples(path: Path, reader: csv.DictReader[str]) -> Iterator[Sample]:
    for row in reader:
        try:
            yield _sample(row)
        except (ValueError, TypeError) as error:
            raise LocalError(f"{path} line {reader.line_num} is damaged: {error}") from error


def _error(row: Mapping[str, str]) -> str:
    """Return the error in one line. JMeter writes failed assertions in several lines."""
    answered = row["responseCode"].isdecimal()
    text = (row["failureMessage"] if answered else "") or row["responseMessage"]
    return " ".join(text.split())[:_MAX_ERROR_LENGTH]


def _sample(row: Mapping[str, str]) -> Sample:
    ok = row["success"] == "true"
    return Sample(
        start=int(row["timeStamp"]),
        elapsed=int(row["elapsed"]),
        label=row["label"],
        code=row["responseCode"],
        ok=ok,
        error="" if ok else _error(row),
        threads=int(row["allThreads"]),
        values={name: row[name] for name in VARIABLES if row[name] not in _UNSET},
    )

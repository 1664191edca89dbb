"""JMeter's results as CSV."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from loadtest.jmeter import VARIABLES
from local.errors import LocalError

_READ = {
    *("timeStamp", "elapsed", "label", "responseCode", "responseMessage", "success"),
    *("failureMessage", "allThreads"),
}
_LONGEST_PROBLEM = 200
_NOTHING = {"", "null", "NONE"}
"""What JMeter writes for a variable that is not set, and the plan for what an answer lacks."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One request; times in milliseconds."""

    start: int
    elapsed: int
    label: str
    code: str
    ok: bool
    problem: str
    threads: int
    values: Mapping[str, str]
    """What the plan took from the answer, and, of the user or job that was asked for, the id."""

    @property
    def end(self) -> int:
        """When the answer was there."""
        return self.start + self.elapsed


def read_samples(path: Path) -> list[Sample]:
    """All of them, by their start."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        missing = _READ.union(VARIABLES).difference(reader.fieldnames or ())
        if missing:
            raise LocalError(f"{path} lacks the columns {', '.join(sorted(missing))}")
        samples = list(_samples(path, reader))
    if not samples:
        raise LocalError(f"{path} has no request; see jmeter.log beside it")
    return sorted(samples, key=lambda sample: sample.start)


def _samples(path: Path, reader: csv.DictReader[str]) -> Iterator[Sample]:
    for row in reader:
        try:
            yield _sample(row)
        except (ValueError, TypeError) as error:
            raise LocalError(f"{path} line {reader.line_num} is damaged: {error}") from error


def _problem(row: Mapping[str, str]) -> str:
    """In one line: JMeter spreads what an assertion expected over several."""
    answered = row["responseCode"].isdecimal()
    text = (row["failureMessage"] if answered else "") or row["responseMessage"]
    return " ".join(text.split())[:_LONGEST_PROBLEM]


def _sample(row: Mapping[str, str]) -> Sample:
    ok = row["success"] == "true"
    return Sample(
        start=int(row["timeStamp"]),
        elapsed=int(row["elapsed"]),
        label=row["label"],
        code=row["responseCode"],
        ok=ok,
        problem="" if ok else _problem(row),
        threads=int(row["allThreads"]),
        values={name: row[name] for name in VARIABLES if row[name] not in _NOTHING},
    )

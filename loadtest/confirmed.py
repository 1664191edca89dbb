"""What the API has confirmed, by JMeter's record of its answers."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from loadtest.jtl import Sample

_MAKE = {"POST users", "POST register"}
_CHANGE, _DELETE = "PATCH users/{id}", "DELETE users/{id}"
_UPLOAD, _STATUS = "POST contacts/upload-csv", "GET contacts/task-status/{id}"


@dataclass(frozen=True)
class Person:
    """A user as the API has answered with it."""

    email: str
    name: str


@dataclass
class Confirmed:
    """By the ids that the API gave. Whoever is in `unsure` may or may not have been changed."""

    made: dict[str, Person] = field(default_factory=dict)
    renamed: dict[str, str] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)
    unsure: set[str] = field(default_factory=set)
    uploads: set[str] = field(default_factory=set)
    results: dict[str, tuple[int, int]] = field(default_factory=dict)
    """(created, skipped) of the imports whose end was seen."""


def confirmed_by(samples: Iterable[Sample]) -> Confirmed:
    """Only successful requests confirm; a failed change leaves its user unsure."""
    found = Confirmed()
    for sample in samples:
        if sample.ok:
            _note(found, sample)
        elif sample.label in {_CHANGE, _DELETE} and "user_id" in sample.values:
            found.unsure.add(sample.values["user_id"])
    return found


def _note(found: Confirmed, sample: Sample) -> None:
    values = sample.values
    if sample.label in _MAKE:
        found.made[values["user_id"]] = Person(values["user_email"], values["user_name"])
    elif sample.label == _CHANGE:
        found.renamed[values["user_id"]] = values["user_name"]
    elif sample.label == _DELETE:
        found.deleted.add(values["user_id"])
    elif sample.label == _UPLOAD:
        found.uploads.add(values["task_id"])
    elif sample.label == _STATUS and "created" in values:
        found.results[values["task_id"]] = (int(values["created"]), int(values["skipped"]))

"""The changes that the API has confirmed, according to JMeter's record of its answers."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from loadtest.jtl import Sample

_CREATE = {"POST users", "POST register"}
_CHANGE, _DELETE = "PATCH users/{id}", "DELETE users/{id}"
_UPLOAD, _STATUS = "POST imports", "GET imports/{id}"


@dataclass(frozen=True)
class User:
    """A user as in an answer of the API."""

    email: str
    name: str


@dataclass
class Confirmed:
    """The confirmed changes by the ids of users and imports.

    `uncertain` has the users of failed changes, which may or may not have happened.
    """

    created: dict[str, User] = field(default_factory=dict)
    renamed: dict[str, str] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)
    uncertain: set[str] = field(default_factory=set)
    uploads: set[str] = field(default_factory=set)
    results: dict[str, tuple[int, int]] = field(default_factory=dict)
    """(created, skipped) of the imports that JMeter has seen finished."""


def confirmed_by(samples: Iterable[Sample]) -> Confirmed:
    """Collect the changes of successful requests. A failed change makes its user uncertain."""
    confirmed = Confirmed()
    for sample in samples:
        if sample.ok:
            _add(confirmed, sample)
        elif sample.label in {_CHANGE, _DELETE} and "user_id" in sample.values:
            confirmed.uncertain.add(sample.values["user_id"])
    return confirmed


def _add(confirmed: Confirmed, sample: Sample) -> None:
    values = sample.values
    if sample.label in _CREATE:
        confirmed.created[values["user_id"]] = User(values["user_email"], values["user_name"])
    elif sample.label == _CHANGE:
        confirmed.renamed[values["user_id"]] = values["user_name"]
    elif sample.label == _DELETE:
        confirmed.deleted.add(values["user_id"])
    elif sample.label == _UPLOAD:
        confirmed.uploads.add(values["task_id"])
    elif sample.label == _STATUS and "created" in values:
        confirmed.results[values["task_id"]] = (int(values["created"]), int(values["skipped"]))

"""What the API confirmed, against what the database has."""

from dataclasses import replace

import pytest

from loadtest.check import Job, Stored, differences
from loadtest.confirmed import Confirmed, Person, confirmed_by
from tests.load.results import sample

ANN, BEN = Person("ann@example.com", "Ann"), Person("ben@example.com", "Ben")
COUNTS = dict.fromkeys(("updated", "unchanged", "not_loaded"), 0) | {
    "rows": 10, "created": 6, "skipped": 3, "failed": 1,
}  # fmt: skip
DONE = Job("SUCCESS", COUNTS, people=6)


def test_answers_are_sorted_by_what_they_confirm() -> None:
    found = confirmed_by([
        sample("POST users", user_id="1", user_email="ann@example.com", user_name="Ann"),
        sample("POST register", user_id="2", user_email="ben@example.com", user_name="Ben"),
        sample("POST users", ok=False),
        sample("PATCH users/{id}", user_id="1", user_name="Anna"),
        sample("DELETE users/{id}", user_id="2"),
        sample("POST contacts/upload-csv", task_id="a"),
        sample("GET contacts/task-status/{id}", task_id="a"),
        sample("GET contacts/task-status/{id}", task_id="a", created="6", skipped="3"),
    ])  # fmt: skip
    assert found.made == {"1": ANN, "2": BEN}
    assert found.renamed == {"1": "Anna"}
    assert (found.deleted, found.unsure) == ({"2"}, set())
    assert (found.uploads, found.results) == ({"a"}, {"a": (6, 3)})


def test_what_was_confirmed_and_is_there_is_no_difference() -> None:
    confirmed = Confirmed({"1": ANN, "2": BEN}, {"1": "Anna"}, {"2"}, set(), {"a"}, {"a": (6, 3)})
    stored = Stored({"1": replace(ANN, name="Anna")}, {"a": DONE})
    assert differences(confirmed, stored) == []


@pytest.mark.parametrize(
    ("stored", "said"),
    [
        ({}, "but is None"),
        ({"1": BEN}, "but is Person(email='ben@example.com'"),
        ({"1": replace(ANN, name="Old")}, "name='Ann'), but is Person"),
    ],
)
def test_a_user_who_is_not_as_confirmed_is_named(stored: dict[str, Person], said: str) -> None:
    (found,) = differences(Confirmed({"1": ANN}), Stored(stored, {}))
    assert found.startswith("user 1 should be ")
    assert said in found


def test_a_deleted_user_must_be_gone() -> None:
    confirmed = Confirmed({"1": ANN}, deleted={"1"})
    assert differences(confirmed, Stored({"1": ANN}, {})) == ["user 1 was deleted, but is there"]


def test_a_failed_change_promises_nothing() -> None:
    failed = sample("DELETE users/{id}", ok=False, user_id="1")
    made = sample("POST users", user_id="1", user_email=ANN.email, user_name=ANN.name)
    confirmed = confirmed_by([made, failed])
    assert differences(confirmed, Stored({}, {})) == []
    assert differences(confirmed, Stored({"1": ANN}, {})) == []


@pytest.mark.parametrize(
    ("jobs", "said"),
    [
        ({}, "import a was accepted, but is not there"),
        ({"a": replace(DONE, status="FAILURE")}, "import a is FAILURE"),
        ({"a": replace(DONE, people=5)}, "import a says created 6, but 5 are there"),
        ({"a": replace(DONE, counts=COUNTS | {"rows": 11})}, "do not sum to its rows"),
        (
            {"a": replace(DONE, people=7, counts=COUNTS | {"created": 7, "skipped": 2})},
            "was answered with created, skipped (6, 3)",
        ),
    ],
)
def test_an_import_that_is_not_as_confirmed_is_named(jobs: dict[str, Job], said: str) -> None:
    confirmed = Confirmed(uploads={"a"}, results={"a": (6, 3)})
    (found,) = differences(confirmed, Stored({}, jobs))
    assert said in found

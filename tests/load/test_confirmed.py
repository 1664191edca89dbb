"""The comparison of the database with the answers of the API."""

from dataclasses import replace

import pytest

from loadtest.check import DatabaseState, Job, differences
from loadtest.confirmed import Confirmed, User, confirmed_by
from tests.load.results import sample

ANN, BEN = User("ann@example.com", "Ann"), User("ben@example.com", "Ben")
COUNTS = dict.fromkeys(("updated", "unchanged", "not_loaded"), 0) | {
    "rows": 10, "created": 6, "skipped": 3, "failed": 1,
}  # fmt: skip
DONE = Job("SUCCESS", COUNTS, imported_users=6)


def test_successful_answers_confirm_changes() -> None:
    confirmed = confirmed_by([
        sample("POST users", user_id="1", user_email="ann@example.com", user_name="Ann"),
        sample("POST register", user_id="2", user_email="ben@example.com", user_name="Ben"),
        sample("POST users", ok=False),
        sample("PATCH users/{id}", user_id="1", user_name="Anna"),
        sample("DELETE users/{id}", user_id="2"),
        sample("POST imports", task_id="a"),
        sample("GET imports/{id}", task_id="a"),
        sample("GET imports/{id}", task_id="a", created="6", skipped="3"),
    ])  # fmt: skip
    assert confirmed.created == {"1": ANN, "2": BEN}
    assert confirmed.renamed == {"1": "Anna"}
    assert (confirmed.deleted, confirmed.uncertain) == ({"2"}, set())
    assert (confirmed.uploads, confirmed.results) == ({"a"}, {"a": (6, 3)})


def test_a_database_with_all_confirmed_changes_has_no_differences() -> None:
    confirmed = Confirmed({"1": ANN, "2": BEN}, {"1": "Anna"}, {"2"}, set(), {"a"}, {"a": (6, 3)})
    state = DatabaseState({"1": replace(ANN, name="Anna")}, {"a": DONE})
    assert differences(confirmed, state) == []


@pytest.mark.parametrize(
    ("users", "expected"),
    [
        ({}, "but is None"),
        ({"1": BEN}, "but is User(email='ben@example.com'"),
        ({"1": replace(ANN, name="Old")}, "name='Ann'), but is User"),
    ],
)
def test_a_user_that_differs_from_the_answers_is_reported(
    users: dict[str, User], expected: str
) -> None:
    (line,) = differences(Confirmed({"1": ANN}), DatabaseState(users, {}))
    assert line.startswith("user 1 should be ")
    assert expected in line


def test_a_deleted_user_that_still_exists_is_reported() -> None:
    confirmed = Confirmed({"1": ANN}, deleted={"1"})
    state = DatabaseState({"1": ANN}, {})
    assert differences(confirmed, state) == ["user 1 was deleted, but still exists"]


def test_a_failed_change_is_not_compared() -> None:
    failed = sample("DELETE users/{id}", ok=False, user_id="1")
    created = sample("POST users", user_id="1", user_email=ANN.email, user_name=ANN.name)
    confirmed = confirmed_by([created, failed])
    assert differences(confirmed, DatabaseState({}, {})) == []
    assert differences(confirmed, DatabaseState({"1": ANN}, {})) == []


@pytest.mark.parametrize(
    ("jobs", "expected"),
    [
        ({}, "import a was accepted, but does not exist"),
        ({"a": replace(DONE, status="FAILURE")}, "import a has the status FAILURE"),
        ({"a": replace(DONE, imported_users=5)}, "import a has created 6 users, but 5 have its id"),
        ({"a": replace(DONE, counts=COUNTS | {"rows": 11})}, "do not sum to the rows"),
        (
            {"a": replace(DONE, imported_users=7, counts=COUNTS | {"created": 7, "skipped": 2})},
            "import a: the API answered created, skipped = (6, 3), but the database has ",
        ),
    ],
)
def test_an_import_that_differs_from_the_answers_is_reported(
    jobs: dict[str, Job], expected: str
) -> None:
    confirmed = Confirmed(uploads={"a"}, results={"a": (6, 3)})
    (line,) = differences(confirmed, DatabaseState({}, jobs))
    assert expected in line

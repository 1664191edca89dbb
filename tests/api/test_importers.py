"""Importers who are not staff: their imports, and the users of their files."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from tasks.models import ImportJob
from tests.api.answers import assert_error
from tests.conftest import PASSWORD, client_of
from users_uc.models import User

HISTORY = "/api/v1/imports/"
USERS = "/api/v1/users/"


@pytest.fixture
def importer(db: None) -> User:
    """Return a user who may import and is not staff."""
    user = User.objects.create_user("ines@example.com", PASSWORD)
    user.set_can_import(allowed=True)
    return user


@pytest.fixture
def job(importer: User, as_bob: APIClient, imported: Callable[..., ImportJob]) -> ImportJob:
    """Import a user as the importer, after another one as Bob."""
    imported(as_bob, "email\nof-bob@x.com\n")
    return imported(client_of(importer), "email\nof-ines@x.com\n")


def emails(answer: Any) -> set[str]:
    return {user["email"] for user in answer.json()["results"]}


def test_the_history_has_their_own_imports(importer: User, job: ImportJob) -> None:
    (entry,) = client_of(importer).get(HISTORY).json()["results"]
    assert entry["task_id"] == str(job.id)


def test_the_list_has_the_users_of_their_files_and_themselves(
    importer: User, job: ImportJob
) -> None:
    client = client_of(importer)
    assert emails(client.get(USERS)) == {"of-ines@x.com", importer.email}
    assert emails(client.get(f"{USERS}?import={job.id}")) == {"of-ines@x.com"}
    assert emails(client.get(f"{USERS}?email=of-bob@x.com")) == set()
    assert emails(client.get(f"{USERS}?search=of-")) == {"of-ines@x.com"}


def test_they_read_and_do_not_change_the_users_of_their_files(
    importer: User, job: ImportJob
) -> None:
    own, other = (User.objects.get(email=f"of-{name}@x.com") for name in ("ines", "bob"))
    client = client_of(importer)
    assert client.get(f"{USERS}{own.pk}/").json()["email"] == own.email
    assert_error(client.get(f"{USERS}{other.pk}/"), 404, "not_found")
    assert_error(client.patch(f"{USERS}{own.pk}/", {"name": "New"}), 403, "permission_denied")
    assert_error(client.delete(f"{USERS}{own.pk}/"), 403, "permission_denied")
    assert_error(client.patch(f"{USERS}{other.pk}/", {"name": "New"}), 404, "not_found")
    assert_error(client.post(USERS, {"email": "new@x.com"}), 403, "permission_denied")


def test_a_user_who_may_no_longer_import_sees_only_themselves(
    importer: User, job: ImportJob
) -> None:
    importer.set_can_import(allowed=False)
    client = client_of(importer)
    own = User.objects.get(email="of-ines@x.com")
    assert_error(client.get(f"{USERS}{own.pk}/"), 404, "not_found")
    assert_error(client.get(USERS), 403, "permission_denied")
    assert client.get(HISTORY).json()["results"][0]["task_id"] == str(job.id)

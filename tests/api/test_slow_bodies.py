"""Users who lose rights while the body of their request arrives."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from core.http.json_body import JSONParser
from tasks.intake import store
from tasks.intake.examine import examine
from tasks.models import ImportJob
from tests.api.answers import assert_error
from tests.imports import make_job
from users_uc.models import User

type Change = Callable[[User], object]


def erase(user: User) -> None:
    user.delete()


def deactivate(user: User) -> None:
    user.deactivate()


def demote(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_staff=False, is_superuser=False)


def forbid_importing(user: User) -> None:
    user.set_can_import(allowed=False)


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Callable[[User, Change], None]:
    """Return `meanwhile(user, change)`: run `change` before the next body is parsed."""

    def arrange(user: User, change: Change) -> None:
        parse = JSONParser.parse

        def slow(self: JSONParser, *args: Any, **options: Any) -> Any:
            monkeypatch.undo()
            change(User.objects.get(pk=user.pk))
            return parse(self, *args, **options)

        monkeypatch.setattr(JSONParser, "parse", slow)

    return arrange


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [(erase, 401, "token_not_valid"), (deactivate, 401, "token_not_valid"),
     (demote, 403, "permission_denied")],
)  # fmt: skip
def test_a_user_who_lost_the_right_cannot_create_a_user(
    as_alice: APIClient, alice: User, meanwhile: Callable[[User, Change], None],
    change: Change, status: int, code: str,
) -> None:  # fmt: skip
    meanwhile(alice, change)
    body = {"email": "mallory@example.com", "is_superuser": True}
    assert_error(as_alice.post("/api/v1/users/", body), status, code)
    assert not User.objects.filter(email="mallory@example.com").exists()


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [(deactivate, 401, "token_not_valid"), (demote, 404, "not_found")],
)
def test_a_user_who_lost_the_right_cannot_change_a_user(
    as_alice: APIClient, alice: User, charlie: User, meanwhile: Callable[[User, Change], None],
    change: Change, status: int, code: str,
) -> None:  # fmt: skip
    meanwhile(alice, change)
    answer = as_alice.patch(f"/api/v1/users/{charlie.pk}/", {"is_staff": True})
    assert_error(answer, status, code)
    charlie.refresh_from_db()
    assert not charlie.is_staff


@pytest.mark.parametrize("body", [{"name": "Carl"}, {}])
def test_a_deactivated_user_cannot_change_themselves(
    as_charlie: APIClient, charlie: User, meanwhile: Callable[[User, Change], None],
    body: dict[str, str],
) -> None:  # fmt: skip
    meanwhile(charlie, deactivate)
    assert_error(as_charlie.patch("/api/v1/users/me/", body), 401, "token_not_valid")
    charlie.refresh_from_db()
    assert charlie.name == "Charlie"


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [(deactivate, 401, "token_not_valid"), (demote, 404, "not_found")],
)
def test_a_user_who_lost_the_right_cannot_delete_a_user(
    as_alice: APIClient, alice: User, charlie: User, meanwhile: Callable[[User, Change], None],
    change: Change, status: int, code: str,
) -> None:  # fmt: skip
    """A deletion needs no body, but it reads one that is there."""
    meanwhile(alice, change)
    assert_error(as_alice.delete(f"/api/v1/users/{charlie.pk}/", {}), status, code)
    assert User.objects.filter(pk=charlie.pk).exists()


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [(deactivate, 401, "token_not_valid"), (demote, 404, "not_found")],
)
def test_a_user_who_lost_the_right_cannot_cancel_an_import(
    as_alice: APIClient, alice: User, bob: User, meanwhile: Callable[[User, Change], None],
    change: Change, status: int, code: str,
) -> None:  # fmt: skip
    job = make_job("email\nann@example.com\n", owner=bob)
    meanwhile(alice, change)
    assert_error(as_alice.post(f"/api/v1/imports/{job.pk}/cancel/", {}), status, code)
    job.refresh_from_db()
    assert job.status != "REVOKED"


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [(erase, 401, "token_not_valid"), (deactivate, 401, "token_not_valid"),
     (forbid_importing, 403, "permission_denied")],
)  # fmt: skip
def test_the_file_of_a_user_who_lost_the_right_is_deleted(
    as_bob: APIClient, bob: User, csv_file: Callable[..., SimpleUploadedFile],
    monkeypatch: pytest.MonkeyPatch, change: Change, status: int, code: str,
) -> None:  # fmt: skip
    saved: list[str] = []
    save = FileSystemStorage.save

    def slow(*args: Any, **options: Any) -> Any:
        change(bob)
        return examine(*args, **options)

    def recorded(*args: Any) -> str:
        saved.append(str(save(*args)))
        return saved[-1]

    monkeypatch.setattr(store, "examine", slow)
    monkeypatch.setattr(FileSystemStorage, "save", recorded)
    body = {"file": csv_file("email\nann@example.com\n")}
    answer = as_bob.post("/api/v1/imports/", body, format="multipart")
    assert_error(answer, status, code)
    assert not ImportJob.objects.exists()
    assert saved
    assert not any(map(default_storage.exists, saved))

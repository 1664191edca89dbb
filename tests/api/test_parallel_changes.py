"""What two requests do to one user at once, step by step: each reads before the other writes."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.db.models import Model
from django.db.models.signals import pre_save
from django.http import Http404, HttpResponse
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.test import APIClient

from local.waiting import wait_until
from tests.api.answers import assert_error
from tests.conftest import PASSWORD
from users_uc.models import RefreshFamily, User
from users_uc.serializers.access import RegisterSerializer
from users_uc.serializers.user_fields import unique_email
from users_uc.serializers.users import UserSerializer
from users_uc.user_queries import lock_user_or_404, users_with_rights

ANN = {"email": "ann@example.com", "password": PASSWORD}


def changing(user: User, by: User, **change: object) -> UserSerializer:
    """A PATCH that has been checked and is not saved yet."""
    context = {"request": SimpleNamespace(user=by)}
    serializer = UserSerializer(user, data=change, partial=True, context=context)
    serializer.is_valid(raise_exception=True)
    return serializer


@contextmanager
def deleted_before_saving(user: User, saved: type[Model]) -> Iterator[None]:
    """What a parallel request does just before `saved` reaches the database."""

    def delete(**_: object) -> None:
        User.objects.filter(pk=user.pk).delete()

    pre_save.connect(delete, sender=saved)
    try:
        yield
    finally:
        pre_save.disconnect(delete, sender=saved)


def unique_error(error: ValidationError) -> bool:
    """Whether it is the one that the check gives."""
    message = "A user with this e-mail address already exists. Use another one."
    return error.detail == {"email": [ErrorDetail(message, code="unique")]}


@pytest.mark.django_db
def test_who_registers_an_address_a_moment_later_is_refused() -> None:
    slower = RegisterSerializer(data=ANN)
    assert slower.is_valid()
    User.objects.create_user("ann@example.com")
    with pytest.raises(ValidationError, check=unique_error):
        slower.save()


def test_who_changes_to_an_address_a_moment_later_is_refused(alice: User, charlie: User) -> None:
    slower = changing(charlie, by=alice, email="ann@example.com", name="Ann")
    User.objects.create_user("ann@example.com")
    with pytest.raises(ValidationError, check=unique_error):
        slower.save()
    charlie.refresh_from_db()
    assert (charlie.email, charlie.name) == ("charlie@example.com", "Charlie")


def test_another_broken_constraint_is_not_called_unique(charlie: User) -> None:
    with pytest.raises(IntegrityError, match="pkey"), unique_email():
        User(id=charlie.id, email="ann@example.com").save(force_insert=True)


def test_a_new_name_does_not_bring_an_old_password_back(alice: User, charlie: User) -> None:
    slower = changing(User.objects.get(pk=charlie.pk), by=alice, name="Carl")
    charlie.change_password("another good password")
    slower.save()
    charlie.refresh_from_db()
    assert charlie.name == "Carl"
    assert charlie.token_version == 1
    assert charlie.check_password("another good password")


def test_a_new_name_does_not_activate_again(alice: User, charlie: User) -> None:
    slower = changing(User.objects.get(pk=charlie.pk), by=alice, name="Carl")
    User.objects.filter(pk=charlie.pk).update(is_active=False, is_staff=False)
    slower.save()
    charlie.refresh_from_db()
    assert not charlie.is_active


def test_what_was_sent_back_unchanged_undoes_nothing(alice: User, bob: User) -> None:
    """GET, edit, PUT of a user who is demoted meanwhile."""
    bob.set_can_import(allowed=True)
    read = users_with_rights().get(pk=bob.pk)
    document = {**UserSerializer(read).data, "name": "Rob"}
    slower = changing(read, by=read, **document)
    User.objects.filter(pk=bob.pk).update(is_active=False, is_staff=False)
    bob.set_can_import(allowed=False)
    slower.save()
    bob = users_with_rights().get(pk=bob.pk)
    assert bob.name == "Rob"
    shown = UserSerializer(bob).data
    assert not any(shown[right] for right in ("is_active", "is_staff", "can_import"))


def test_who_is_deleted_before_the_change_is_saved_is_not_found(
    as_alice: APIClient, charlie: User
) -> None:
    with deleted_before_saving(charlie, User):
        answer = as_alice.patch(f"/api/users/{charlie.pk}/", {"name": "Carl"})
    assert_error(answer, 404, "not_found")


@pytest.mark.parametrize("method", ["patch", "delete"])
def test_who_becomes_a_superuser_meanwhile_is_not_staffs_to_change(
    as_bob: APIClient, charlie: User, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the first look at them, and before they are locked."""

    def promoted(user: User) -> User:
        User.objects.filter(pk=user.pk).update(is_superuser=True)
        return lock_user_or_404(user)

    monkeypatch.setattr("users_uc.views.users.lock_user_or_404", promoted)
    monkeypatch.setattr("users_uc.serializers.users.lock_user_or_404", promoted)
    body = {"email": "evil@example.com"} if method == "patch" else {}
    answer = getattr(as_bob, method)(f"/api/users/{charlie.pk}/", body)
    assert_error(answer, 403, "permission_denied")
    assert User.objects.get(pk=charlie.pk).email == charlie.email


def test_who_is_deleted_before_they_may_import_is_not_found(
    as_alice: APIClient, alice: User, charlie: User
) -> None:
    slower = changing(users_with_rights().get(pk=charlie.pk), by=alice, can_import=True)
    charlie.delete()
    with pytest.raises(Http404):
        slower.save()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("add", ["login", "rights"])
def test_what_others_add_while_a_user_is_deleted_finds_nobody(
    as_alice: APIClient, charlie: User, add: str
) -> None:
    """It comes between what is deleted with them and themselves."""
    waiting: list[Future[HttpResponse]] = []
    login = {"email": charlie.email, "password": PASSWORD}

    def request() -> HttpResponse:
        try:
            if add == "login":
                return APIClient().post("/api/auth/login/", login)
            return as_alice.patch(f"/api/users/{charlie.pk}/", {"can_import": True})
        finally:
            connection.close()

    def between(execute: Any, query: Any, *args: Any) -> Any:
        if str(query).startswith('DELETE FROM "users_uc_user" '):
            waiting.append(pool.submit(request))
            wait_until(lambda: waiting[0].done() or _somebody_waits(), timeout=30, what="it came")
        return execute(query, *args)

    with ThreadPoolExecutor(1) as pool, connection.execute_wrapper(between):
        answer = as_alice.delete(f"/api/users/{charlie.pk}/")
        assert answer.status_code == 204
        assert waiting[0].result(30).status_code in {401, 404}
    assert not User.objects.filter(pk=charlie.pk).exists()


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        (count,) = cursor.fetchone() or (0,)
    return bool(count)


@pytest.mark.django_db(transaction=True)
def test_who_is_deleted_while_the_password_is_checked_does_not_log_in(
    charlie: User, anonymous: APIClient
) -> None:
    with deleted_before_saving(charlie, RefreshFamily):
        answer = anonymous.post("/api/auth/login/", {"email": charlie.email, "password": PASSWORD})
    assert_error(answer, 401, "authentication_failed")
    assert not RefreshFamily.objects.exists()

"""Two parallel requests that change one user. Each reads before the other writes."""

import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import orjson
import pytest
from django.db import IntegrityError, connection
from django.db.models import Model
from django.db.models.signals import pre_save
from django.http import Http404, HttpResponse
from django.utils import timezone
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.test import APIClient

from core.http.json_body import JSONRenderer
from local.waiting import wait_until
from tests.api.answers import assert_error
from tests.conftest import PASSWORD
from users_uc.models import Attribute, RefreshFamily, User
from users_uc.serializers.access import RegisterSerializer
from users_uc.serializers.user_fields import unique_user
from users_uc.serializers.users import UserSerializer
from users_uc.user_queries import lock_users, users_with_rights

ANN = {"email": "ann@example.com", "password": PASSWORD}


def changing(user: User, by: User, **change: object) -> UserSerializer:
    """Return the serializer of a PATCH that is validated and not saved yet."""
    request = SimpleNamespace(user=by, auth={"auth_time": int(time.time())}, headers={})
    serializer = UserSerializer(user, data=change, partial=True, context={"request": request})
    serializer.is_valid(raise_exception=True)
    return serializer


@contextmanager
def deleted_before_saving(user: User, saved: type[Model]) -> Iterator[None]:
    """Delete the user, as a parallel request would, just before a `saved` is saved."""

    def delete(**_: object) -> None:
        User.objects.filter(pk=user.pk).delete()

    pre_save.connect(delete, sender=saved)
    try:
        yield
    finally:
        pre_save.disconnect(delete, sender=saved)


def unique_error(error: ValidationError) -> bool:
    """Return whether the error is the one of the check for taken e-mail addresses."""
    message = "A user with this e-mail address already exists. Use another one."
    return error.detail == {"email": [ErrorDetail(message, code="unique")]}


@pytest.mark.django_db
def test_the_second_registration_of_an_email_is_rejected() -> None:
    slower = RegisterSerializer(data=ANN)
    assert slower.is_valid()
    User.objects.create_user("ann@example.com")
    with pytest.raises(ValidationError, check=unique_error):
        slower.save()


def test_a_change_to_an_email_taken_meanwhile_is_rejected(alice: User, charlie: User) -> None:
    slower = changing(charlie, by=alice, email="ann@example.com", name="Ann")
    User.objects.create_user("ann@example.com")
    with pytest.raises(ValidationError, check=unique_error):
        slower.save()
    charlie.refresh_from_db()
    assert (charlie.email, charlie.name) == ("charlie@example.com", "Charlie")


def test_an_external_id_taken_meanwhile_is_rejected(alice: User, charlie: User) -> None:
    slower = changing(charlie, by=alice, external_id="17")
    User.objects.create_user("ann@example.com", external_id="17")
    with pytest.raises(ValidationError, match="A user with this external id already exists"):
        slower.save()


def test_parallel_changes_of_two_attributes_survive(alice: User, charlie: User) -> None:
    Attribute.objects.bulk_create(Attribute(name=name, type="integer") for name in ("a", "b", "c"))
    User.objects.filter(pk=charlie.pk).update(attributes={"a": 1, "b": 1})
    slower, faster = (User.objects.get(pk=charlie.pk) for _ in range(2))
    change = changing(slower, by=alice, attributes={"a": 1, "b": None, "c": 3})
    changing(faster, by=alice, attributes={"a": 2}).save()
    change.save()
    charlie.refresh_from_db()
    assert charlie.attributes == {"a": 2, "c": 3}


def test_a_value_of_an_attribute_deleted_meanwhile_is_rejected(alice: User, charlie: User) -> None:
    Attribute.objects.create(name="a", type="integer")
    slower = changing(charlie, by=alice, attributes={"a": 1}, name="Carl")
    Attribute.objects.update(deleted_at=timezone.now())
    with pytest.raises(ValidationError, match="There is no attribute with this name"):
        slower.save()
    charlie.refresh_from_db()
    assert (charlie.name, charlie.attributes) == ("Charlie", {})


def test_another_violated_constraint_is_not_reported_as_unique(charlie: User) -> None:
    with pytest.raises(IntegrityError, match="pkey"), unique_user():
        User(id=charlie.id, email="ann@example.com").save(force_insert=True)


def test_a_new_name_does_not_restore_the_old_password(alice: User, charlie: User) -> None:
    slower = changing(User.objects.get(pk=charlie.pk), by=alice, name="Carl")
    charlie.change_password("another good password")
    slower.save()
    charlie.refresh_from_db()
    assert charlie.name == "Carl"
    assert charlie.token_version == 1
    assert charlie.check_password("another good password")


def test_a_new_name_does_not_reactivate_the_user(alice: User, charlie: User) -> None:
    slower = changing(User.objects.get(pk=charlie.pk), by=alice, name="Carl")
    User.objects.filter(pk=charlie.pk).update(is_active=False, is_staff=False)
    slower.save()
    charlie.refresh_from_db()
    assert not charlie.is_active


def test_unchanged_fields_do_not_undo_a_parallel_change(alice: User, bob: User) -> None:
    """A client reads a user, edits the document and sends a PUT; meanwhile the user is demoted."""
    bob.set_can_import(allowed=True)
    read = users_with_rights().get(pk=bob.pk)
    sent = {**orjson.loads(JSONRenderer().render(UserSerializer(read).data)), "name": "Rob"}
    slower = changing(read, by=alice, **sent)
    User.objects.filter(pk=bob.pk).update(is_active=False, is_staff=False)
    bob.set_can_import(allowed=False)
    slower.save()
    bob = users_with_rights().get(pk=bob.pk)
    assert bob.name == "Rob"
    document = UserSerializer(bob).data
    assert not any(document[right] for right in ("is_active", "is_staff", "can_import"))


def test_a_change_of_a_user_deleted_meanwhile_is_404(as_alice: APIClient, charlie: User) -> None:
    with deleted_before_saving(charlie, User):
        answer = as_alice.patch(f"/api/v1/users/{charlie.pk}/", {"name": "Carl"})
    assert_error(answer, 404, "not_found")


@pytest.mark.parametrize("method", ["patch", "delete"])
def test_staff_cannot_change_a_user_promoted_meanwhile(
    as_bob: APIClient, charlie: User, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The user is promoted after the first check and before the lock."""

    def promoted(*user_ids: int) -> dict[int, User]:
        User.objects.filter(pk=charlie.pk).update(is_superuser=True)
        return lock_users(*user_ids)

    monkeypatch.setattr("users_uc.auth.lock_users", promoted)
    body = {"email": "evil@example.com"} if method == "patch" else {}
    answer = getattr(as_bob, method)(f"/api/v1/users/{charlie.pk}/", body)
    assert_error(answer, 403, "permission_denied")
    assert User.objects.get(pk=charlie.pk).email == charlie.email


def test_granting_can_import_to_a_user_deleted_meanwhile_is_404(
    as_alice: APIClient, alice: User, charlie: User
) -> None:
    slower = changing(users_with_rights().get(pk=charlie.pk), by=alice, can_import=True)
    charlie.delete()
    with pytest.raises(Http404):
        slower.save()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("add", ["login", "rights"])
def test_a_login_or_a_grant_during_a_deletion_fails(
    as_alice: APIClient, charlie: User, add: str
) -> None:
    """The request arrives after the user's rows in other tables are deleted."""
    waiting: list[Future[HttpResponse]] = []
    login = {"email": charlie.email, "password": PASSWORD}

    def request() -> HttpResponse:
        try:
            if add == "login":
                return APIClient().post("/api/v1/auth/login/", login)
            return as_alice.patch(f"/api/v1/users/{charlie.pk}/", {"can_import": True})
        finally:
            connection.close()

    def between(execute: Any, query: Any, *args: Any) -> Any:
        if str(query).startswith('DELETE FROM "users_uc_user" '):
            waiting.append(pool.submit(request))
            wait_until(
                lambda: waiting[0].done() or _a_request_waits_for_a_lock(),
                timeout=30,
                what="the request must end or wait for a lock",
            )
        return execute(query, *args)

    with ThreadPoolExecutor(1) as pool, connection.execute_wrapper(between):
        answer = as_alice.delete(f"/api/v1/users/{charlie.pk}/")
        assert answer.status_code == 204
        assert waiting[0].result(30).status_code in {401, 404}
    assert not User.objects.filter(pk=charlie.pk).exists()


def _a_request_waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        (count,) = cursor.fetchone() or (0,)
    return bool(count)


@pytest.mark.django_db(transaction=True)
def test_a_user_deleted_during_the_password_check_cannot_log_in(
    charlie: User, anonymous: APIClient
) -> None:
    with deleted_before_saving(charlie, RefreshFamily):
        answer = anonymous.post(
            "/api/v1/auth/login/", {"email": charlie.email, "password": PASSWORD}
        )
    assert_error(answer, 401, "authentication_failed")
    assert not RefreshFamily.objects.exists()

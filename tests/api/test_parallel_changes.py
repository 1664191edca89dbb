"""What two requests do to one user at once, step by step: each reads before the other writes."""

from types import SimpleNamespace

import pytest
from django.db import IntegrityError
from rest_framework.exceptions import ErrorDetail, ValidationError

from tests.conftest import PASSWORD
from users_uc.models import User
from users_uc.serializers import RegisterSerializer, UserSerializer, unique_email

ANN = {"email": "ann@example.com", "password": PASSWORD}


def changing(user: User, by: User, **change: object) -> UserSerializer:
    """A PATCH that has been checked and is not saved yet."""
    context = {"request": SimpleNamespace(user=by)}
    serializer = UserSerializer(user, data=change, partial=True, context=context)
    serializer.is_valid(raise_exception=True)
    return serializer


def unique_error(error: ValidationError) -> bool:
    """Whether it is the one that the check gives."""
    message = "A user with this e-mail already exists."
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

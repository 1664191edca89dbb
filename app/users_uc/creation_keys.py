"""Idempotency-Keys of created users: the same request under the same key creates one user."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from rest_framework import status
from rest_framework.exceptions import APIException
from rest_framework.request import Request

from core.http.idempotency_key import HEADER, checked_key
from core.postgres.unlocked import delete_unlocked
from users_uc.models import CreationKey, User

_LIFETIME: Final = timedelta(hours=24)
_CURRENT_PASSWORD: Final = "current_password"  # noqa: S105  (the name of a field)
"""The field of a body that says nothing about the new user."""


class RepeatedCreation(Exception):  # noqa: N818  (no error: the user exists as requested)
    """The request under this key has created a user already."""

    def __init__(self, user_id: int) -> None:
        super().__init__(user_id)
        self.user_id = user_id


class KeyReused(APIException):
    """A key of a request with another body."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "idempotency_key_reused"
    default_detail = _("This Idempotency-Key was used for another user. Send a new key.")


class CreatedUserDeleted(APIException):
    """A repeated request whose user has been deleted. It must not create the user again."""

    status_code = status.HTTP_410_GONE
    default_code = "user_deleted"
    default_detail = _(
        "The user of this Idempotency-Key was created, and has been deleted since. Send a new key "
        "to create the user again."
    )


def check_new(request: Request) -> None:
    """Raise `RepeatedCreation` if the request has created a user already.

    Raises `KeyReused` for another body, and `CreatedUserDeleted` if there is no such user any more.
    The result is certain only while the caller's row is locked.
    """
    key = checked_key(request.headers.get(HEADER))
    if key is None:
        return
    valid = CreationKey.objects.filter(created_at__gt=timezone.now() - _LIFETIME)
    earlier = valid.filter(caller=request.user.pk, key=key).first()
    if earlier is None:
        return
    if earlier.fingerprint not in _fingerprints(request.data):
        raise KeyReused
    if earlier.user_id is None:
        raise CreatedUserDeleted
    raise RepeatedCreation(earlier.user_id)


def remember(request: Request, user: User) -> None:
    """Store the key of the request, if it has one, in place of an expired one."""
    key = request.headers.get(HEADER)
    if key is not None:
        CreationKey.objects.update_or_create(
            caller_id=request.user.pk,
            key=key,
            defaults={
                "user": user,
                "fingerprint": next(_fingerprints(request.data)),
                "created_at": timezone.now(),
            },
        )


def forget_old() -> None:
    """Delete the expired keys."""
    delete_unlocked(CreationKey.objects.filter(created_at__lte=timezone.now() - _LIFETIME))


def _fingerprints(body: Any) -> Iterator[str]:
    """Yield the hash of the body with DJANGO_SECRET_KEY and with each earlier one.

    The hash is keyed, so that a reader of the table cannot guess the password.
    """
    sent = {name: value for name, value in body.items() if name != _CURRENT_PASSWORD}
    text = json.dumps(sent, sort_keys=True)
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        salt = "users_uc.creation_keys"
        yield salted_hmac(salt, text, secret=secret, algorithm="sha256").hexdigest()

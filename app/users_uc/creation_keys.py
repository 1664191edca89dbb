"""Idempotency-Keys of created users: the same request under the same key creates one user."""

import hashlib
import json
from datetime import timedelta
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import status
from rest_framework.exceptions import APIException
from rest_framework.request import Request

from core.http.idempotency_key import HEADER, checked_key
from core.postgres.unlocked import delete_unlocked
from users_uc.models import CreationKey, User

_LIFETIME: Final = timedelta(hours=24)
_SECRETS: Final = frozenset({"password", "current_password"})


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


def check_new(request: Request) -> None:
    """Raise `RepeatedCreation` if the request has created a user already, or `KeyReused`.

    The result is certain only while the caller's row is locked.
    """
    key = checked_key(request.headers.get(HEADER))
    if key is None:
        return
    valid = CreationKey.objects.filter(created_at__gt=timezone.now() - _LIFETIME)
    earlier = valid.filter(caller=request.user.pk, key=key).first()
    if earlier is None:
        return
    if earlier.fingerprint != _fingerprint(request.data):
        raise KeyReused
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
                "fingerprint": _fingerprint(request.data),
                "created_at": timezone.now(),
            },
        )


def forget_old() -> None:
    """Delete the expired keys."""
    delete_unlocked(CreationKey.objects.filter(created_at__lte=timezone.now() - _LIFETIME))


def _fingerprint(body: Any) -> str:
    public = {name: value for name, value in body.items() if name not in _SECRETS}
    return hashlib.sha256(json.dumps(public, sort_keys=True).encode()).hexdigest()

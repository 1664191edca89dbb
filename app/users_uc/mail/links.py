"""Links in mails: who has one may do one thing, once, for a time.

A token is signed together with what it would change, so that it ends when that has changed:
nothing about it is stored.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.db import transaction
from django.db.models import QuerySet
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from users_uc.models import User


class Purpose(StrEnum):
    """What a link is for."""

    ACTIVATION = "activation"
    EMAIL_CHANGE = "email_change"
    INVITATION = "invitation"
    PASSWORD_RESET = "password_reset"  # noqa: S105  (no password)


LIFETIMES: Final = {
    Purpose.ACTIVATION: timedelta(days=7),
    Purpose.EMAIL_CHANGE: timedelta(days=1),
    Purpose.INVITATION: timedelta(days=14),
    Purpose.PASSWORD_RESET: timedelta(hours=1),
}
SETTING_A_PASSWORD: Final = (Purpose.PASSWORD_RESET, Purpose.INVITATION)

_PATHS: Final = {
    Purpose.ACTIVATION: "activate",
    Purpose.EMAIL_CHANGE: "email/confirm",
    Purpose.INVITATION: "password/reset/confirm",
    Purpose.PASSWORD_RESET: "password/reset/confirm",
}


class InvalidLinkError(ValueError):
    """It was used, is too old, is another's, or never was one."""


@dataclass(frozen=True)
class Opened:
    """Whom the link was sent to, locked; and the address that it would give them, if any."""

    user: User
    new_email: str


def link(purpose: Purpose, user: User, *, new_email: str = "") -> str:
    """Below ACCOUNT_PAGE_URL, in its fragment: no server's log and no Referer has the token."""
    uid = urlsafe_base64_encode(str(user.pk).encode())
    token = _signer(purpose, user).sign_object([new_email])
    return f"{settings.ACCOUNT_PAGE_URL}#/{_PATHS[purpose]}/{uid}/{token}"


@contextmanager
def opened(uid: str, token: str, *purposes: Purpose) -> Iterator[Opened]:
    """Do what the link is for, in one transaction. InvalidLinkError when it does not count."""
    users = User.objects.filter(pk=_decoded(uid), is_active=True)
    _open(users, token, purposes)  # strangers lock nobody
    with transaction.atomic():
        yield _open(users.select_for_update(no_key=True), token, purposes)


def _open(users: QuerySet[User], token: str, purposes: tuple[Purpose, ...]) -> Opened:
    user = users.first()
    if user is None:
        raise InvalidLinkError
    return Opened(user, _new_email(user, token, purposes))


def _new_email(user: User, token: str, purposes: tuple[Purpose, ...]) -> str:
    for purpose in purposes:
        signer, age = _signer(purpose, user), LIFETIMES[purpose]
        try:
            (new_email,) = signer.unsign_object(token, max_age=age)
        except BadSignature:
            continue
        return str(new_email)
    raise InvalidLinkError


def _signer(purpose: Purpose, user: User) -> TimestampSigner:
    changes = user.verified_email if purpose is Purpose.ACTIVATION else user.token_version
    return TimestampSigner(salt=repr((str(purpose), user.pk, user.email, changes)), sep=".")


def _decoded(uid: str) -> int:
    try:
        number = urlsafe_base64_decode(uid)
    except ValueError:
        raise InvalidLinkError from None
    if not (number.isdigit() and len(number) <= 18):
        raise InvalidLinkError
    return int(number)

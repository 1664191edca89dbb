"""Links in mails. A link allows one action, once, for a limited time.

The signature of a token covers the values that the action changes. The token is therefore invalid
after the action, and nothing about it is stored.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.db import transaction
from django.db.models import QuerySet
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from users_uc.models import User


class Purpose(StrEnum):
    """The action that a link allows."""

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
PASSWORD_PURPOSES: Final = (Purpose.PASSWORD_RESET, Purpose.INVITATION)

_PATHS: Final = {
    Purpose.ACTIVATION: "activate",
    Purpose.EMAIL_CHANGE: "email/confirm",
    Purpose.INVITATION: "password/reset/confirm",
    Purpose.PASSWORD_RESET: "password/reset/confirm",
}


class InvalidLinkError(ValueError):
    """The link was used, has expired, belongs to another user or action, or never was valid."""


@dataclass(frozen=True)
class OpenedLink:
    """The locked user of a link, and the new e-mail address, empty if the link sets none."""

    user: User
    new_email: str


def link(purpose: Purpose, user: User, *, new_email: str = "") -> str:
    """Return a link below ACCOUNT_PAGE_URL.

    The token is in the fragment, so that no server log and no Referer header contains it.
    """
    uid = urlsafe_base64_encode(str(user.pk).encode())
    token = _signer(purpose, user).sign_object([new_email])
    return f"{settings.ACCOUNT_PAGE_URL}#/{_PATHS[purpose]}/{uid}/{token}"


def import_page(import_id: UUID | None) -> str:
    """Return the page of the console about an import, or an empty text if there is no console."""
    if not (settings.CONSOLE_ENABLED and settings.CONSOLE_URL):
        return ""
    return f"{settings.CONSOLE_URL.rstrip('/')}/imports/{import_id}/"


@contextmanager
def open_link(uid: str, token: str, *purposes: Purpose) -> Iterator[OpenedLink]:
    """Check the link, and run the body in a transaction that locks the user.

    Raises `InvalidLinkError`.
    """
    users = User.objects.filter(pk=_decode(uid), is_active=True)
    _open(users, token, purposes)  # an invalid token must not lock a user
    with transaction.atomic():
        yield _open(users.select_for_update(no_key=True), token, purposes)


def _open(users: QuerySet[User], token: str, purposes: tuple[Purpose, ...]) -> OpenedLink:
    user = users.first()
    if user is None:
        raise InvalidLinkError
    return OpenedLink(user, _new_email(user, token, purposes))


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
    changed = user.verified_email if purpose is Purpose.ACTIVATION else user.token_version
    return TimestampSigner(salt=repr((str(purpose), user.pk, user.email, changed)), sep=".")


def _decode(uid: str) -> int:
    try:
        number = urlsafe_base64_decode(uid)
    except ValueError:
        raise InvalidLinkError from None
    if not (number.isdigit() and len(number) <= 18):
        raise InvalidLinkError
    return int(number)

"""Rate limits of one account, counted over all clients."""

from collections.abc import Mapping
from contextlib import suppress
from hashlib import sha256
from typing import Final

from rest_framework.request import Request

from core.http.throttling import (
    LoginThrottle,
    RegisterThrottle,
    ResetThrottle,
    UserThrottle,
    WindowThrottle,
)
from users_uc.emails import InvalidEmailError, normalise
from users_uc.recent_login import has_recent_login

_IPS_PER_ACCOUNT: Final = 10
"""The limit of an account is the limit of one IP address times this number.

A client with fewer IP addresses cannot lock the owner out by using up the limit.
"""


class _AccountThrottle(WindowThrottle):
    """A limit for all requests that name one account, from any number of IP addresses.

    Requests for unknown accounts count in the same way, so that a 429 does not reveal an account.
    """

    def parse_rate(self, rate: str | None) -> tuple[int | None, int | None]:
        """Return the number of requests and the window in seconds."""
        requests, seconds = super().parse_rate(rate)
        return requests and requests * _IPS_PER_ACCOUNT, seconds

    def identity(self, request: Request) -> str | None:
        """Return a hash of the normalised e-mail address, or `None` if the body has none."""
        email = request.data.get("email") if isinstance(request.data, Mapping) else None
        if not isinstance(email, str):
            return None
        with suppress(InvalidEmailError):
            email = normalise(email)
        return f"account-{sha256(email.encode()).hexdigest()}"


class AccountLoginThrottle(_AccountThrottle, LoginThrottle):
    """The limit THROTTLE_LOGIN for one account."""


class AccountRegisterThrottle(_AccountThrottle, RegisterThrottle):
    """The limit THROTTLE_REGISTER for one account."""


class AccountResetThrottle(_AccountThrottle, ResetThrottle):
    """The limit THROTTLE_RESET for one account."""


class OwnPasswordThrottle(UserThrottle, LoginThrottle):
    """The limit THROTTLE_LOGIN for callers who enter their own password.

    The limit slows down a thief who has a token and guesses the password.
    """


class OwnMailThrottle(UserThrottle, ResetThrottle):
    """The limit THROTTLE_RESET for callers who request a mail with their token."""


class EnteredPasswordThrottle(OwnPasswordThrottle):
    """The same limit for requests that may contain the caller's password and need not."""

    def identity(self, request: Request) -> str | None:
        has_password = isinstance(request.data, Mapping) and "current_password" in request.data
        checked = has_password and not has_recent_login(request)
        return super().identity(request) if checked else None

"""Request rates of one account, whoever asks for it."""

from collections.abc import Mapping
from contextlib import suppress
from hashlib import sha256
from typing import Final

from rest_framework.request import Request

from core.http.throttling import LoginThrottle, RegisterThrottle, ResetThrottle, WindowThrottle
from users_uc.emails import InvalidEmailError, normalise

_AS_MANY_AS: Final = 10
"""Addresses: with fewer nobody keeps the owner of an account out by asking for it all the time."""


class _AccountThrottle(WindowThrottle):
    """However many addresses ask, they guess no faster than ten.

    An account that nobody has is counted like any other, so that a 429 tells nothing.
    """

    def parse_rate(self, rate: str | None) -> tuple[int | None, int | None]:
        """That of one address, for each of ten."""
        requests, seconds = super().parse_rate(rate)
        return requests and requests * _AS_MANY_AS, seconds

    def identity(self, request: Request) -> str | None:
        """The hash of the e-mail, as it is looked up."""
        email = request.data.get("email") if isinstance(request.data, Mapping) else None
        if not isinstance(email, str):
            return None
        with suppress(InvalidEmailError):
            email = normalise(email)
        return f"account-{sha256(email.encode()).hexdigest()}"


class AccountLoginThrottle(_AccountThrottle, LoginThrottle):
    """THROTTLE_LOGIN, for one account."""


class AccountRegisterThrottle(_AccountThrottle, RegisterThrottle):
    """THROTTLE_REGISTER, for one account."""


class AccountResetThrottle(_AccountThrottle, ResetThrottle):
    """THROTTLE_RESET, for one account."""


class OwnPasswordThrottle(LoginThrottle):
    """THROTTLE_LOGIN, for who guesses the password of whose token they have."""

    def identity(self, request: Request) -> str:
        """The caller."""
        return f"user-{request.user.pk}"

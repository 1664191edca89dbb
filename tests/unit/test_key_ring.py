"""Key rings: tokens of the current key and of earlier keys."""

import time

import jwt
import pytest
from rest_framework_simplejwt.backends import TokenBackend
from rest_framework_simplejwt.exceptions import TokenBackendError, TokenBackendExpiredToken

from users_uc.tokens.key_ring import KeyRing

NEW, OLD, OLDER, OTHER = (f"{name} key that is long enough for HS256" for name in "abcd")


def signed_by(key: str, **claims: object) -> str:
    """Return a token for the audience of the ring."""
    return TokenBackend("HS256", key, audience="us").encode({"x": 1, **claims})


@pytest.fixture
def ring() -> KeyRing:
    """Return a ring of the current key and two earlier keys."""
    return KeyRing(TokenBackend("HS256", NEW, audience="us"), [OLD, OLDER])


@pytest.mark.parametrize("key", [NEW, OLD, OLDER])
def test_a_token_of_each_key_of_the_ring_is_valid(ring: KeyRing, key: str) -> None:
    assert ring.decode(signed_by(key))["x"] == 1


def test_the_newest_key_signs(ring: KeyRing) -> None:
    claims = jwt.decode(ring.encode({"x": 1}), NEW, ["HS256"], audience="us")
    assert claims["x"] == 1


def test_a_token_of_another_key_is_invalid(ring: KeyRing) -> None:
    with pytest.raises(TokenBackendError):
        ring.decode(signed_by(OTHER))


@pytest.mark.parametrize("key", [NEW, OLD, OLDER])
def test_audience_and_expiry_are_checked_for_every_key(ring: KeyRing, key: str) -> None:
    with pytest.raises(TokenBackendError):
        ring.decode(TokenBackend("HS256", key, audience="others").encode({"x": 1}))
    with pytest.raises(TokenBackendError):
        ring.decode(signed_by(key, exp=1))


def test_an_expired_token_has_its_own_error(ring: KeyRing) -> None:
    with pytest.raises(TokenBackendExpiredToken):
        ring.decode(signed_by(NEW, exp=1))


@pytest.mark.parametrize("key", [NEW, OLD, OLDER])
@pytest.mark.parametrize("claim", ["iat", "nbf"])
def test_a_token_may_begin_half_a_minute_in_the_future(ring: KeyRing, key: str, claim: str) -> None:
    """The clock of the web server that issued the token is ahead."""
    now = int(time.time())
    assert ring.decode(signed_by(key, **{claim: now + 25}))[claim] == now + 25
    with pytest.raises(TokenBackendError):
        ring.decode(signed_by(key, **{claim: now + 35}))

"""Which keys' tokens count."""

import jwt
import pytest
from rest_framework_simplejwt.backends import TokenBackend
from rest_framework_simplejwt.exceptions import TokenBackendError, TokenBackendExpiredToken

from users_uc.tokens.key_ring import KeyRing

NEW, OLD, OLDER, OTHER = (f"{name} key that is long enough for HS256" for name in "abcd")


def signed_by(key: str, **claims: object) -> str:
    """A token of ours."""
    return TokenBackend("HS256", key, audience="us").encode({"x": 1, **claims})


@pytest.fixture
def ring() -> KeyRing:
    """Of a key and the two before it."""
    return KeyRing(TokenBackend("HS256", NEW, audience="us"), [OLD, OLDER])


@pytest.mark.parametrize("key", [NEW, OLD, OLDER])
def test_its_keys_tokens_count(ring: KeyRing, key: str) -> None:
    assert ring.decode(signed_by(key))["x"] == 1


def test_the_newest_signs(ring: KeyRing) -> None:
    claims = jwt.decode(ring.encode({"x": 1}), NEW, ["HS256"], audience="us")
    assert claims["x"] == 1


def test_anothers_token_does_not_count(ring: KeyRing) -> None:
    with pytest.raises(TokenBackendError):
        ring.decode(signed_by(OTHER))


@pytest.mark.parametrize("key", [NEW, OLD, OLDER])
def test_of_an_earlier_key_too_all_else_must_be_right(ring: KeyRing, key: str) -> None:
    with pytest.raises(TokenBackendError):
        ring.decode(TokenBackend("HS256", key, audience="others").encode({"x": 1}))
    with pytest.raises(TokenBackendError):
        ring.decode(signed_by(key, exp=1))


def test_what_is_expired_is_said_to_be(ring: KeyRing) -> None:
    with pytest.raises(TokenBackendExpiredToken):
        ring.decode(signed_by(NEW, exp=1))

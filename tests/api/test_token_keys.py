"""Tokens of public keys: each key verifies with its own algorithm only, whatever the token says."""

import json
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from django.conf import settings
from rest_framework.test import APIClient

from tests.api.answers import assert_error
from tests.api.tokens import claims_of, unsigned
from tests.token_keys import SECRET, Pair, forged, new_pair, ring_of
from users_uc.models import User
from users_uc.tokens.families import issue_pair
from users_uc.tokens.key_ring import AccessToken, RefreshToken

URL = "/api/v1/users/me/"
OWN, PREVIOUS = new_pair("EdDSA"), new_pair("ES256")
RETIRED, ATTACKERS = new_pair("EdDSA"), new_pair("EdDSA")
OPTIONS: dict[str, Any] = {
    "audience": settings.SIMPLE_JWT["AUDIENCE"],
    "issuer": settings.SIMPLE_JWT["ISSUER"],
}

Claims = dict[str, Any]


def hmac_with(key: str, **header: Any) -> Callable[[Claims], str]:
    """Return a function that signs claims with HS256 and this text as the secret."""
    return lambda claims: forged({"typ": "JWT", "alg": "HS256"} | header, claims, key.encode())


def with_header_of(pair: Pair, signer: Pair, *, alg: str) -> Callable[[Claims], str]:
    """Return a function that signs with `signer` and puts the `kid` of `pair` in the header."""
    header = {"kid": pair.public.kid, "alg": alg}

    def sign(claims: Claims) -> str:
        token = signer.sign(claims)
        payload, signature = token.split(".")[1:]
        encoded = jwt.utils.base64url_encode(json.dumps(header).encode()).decode()
        return f"{encoded}.{payload}.{signature}"

    return sign


OWN_KID, PREVIOUS_KID = OWN.public.kid, PREVIOUS.public.kid
VALID: dict[str, Callable[[Claims], str]] = {
    "of the own key": OWN.sign,
    "of the previous key": PREVIOUS.sign,
    "of the previous secret": lambda claims: jwt.encode(claims, SECRET, "HS256"),
    # These headers are not read, so they do no harm.
    "of the own key, with jku": lambda claims: OWN.sign(claims, jku="https://example.com/"),
}
INVALID: dict[str, Callable[[Claims], str]] = {
    "of a retired key": RETIRED.sign,
    "of a retired secret": lambda claims: jwt.encode(claims, SECRET[::-1], "HS256"),
    "of another key": lambda claims: ATTACKERS.sign(claims, kid=OWN_KID),
    "without kid": lambda claims: OWN.sign(claims, kid=None),
    "with an empty kid": lambda claims: OWN.sign(claims, kid=""),
    "with an unknown kid": lambda claims: OWN.sign(claims, kid="x"),
    "with the kid of another key": lambda claims: OWN.sign(claims, kid=PREVIOUS_KID),
    "with jku": lambda claims: ATTACKERS.sign(claims, jku="https://example.com/jwks.json"),
    "with x5u": lambda claims: ATTACKERS.sign(claims, kid=OWN_KID, x5u="https://example.com/c"),
    "with jwk": lambda claims: ATTACKERS.sign(claims, jwk=ATTACKERS.public.jwk),
    "with jwk and our kid": lambda claims: ATTACKERS.sign(
        claims, kid=OWN_KID, jwk=ATTACKERS.public.jwk
    ),
    "unsigned": lambda claims: jwt.encode(claims, "", "none", {"kid": OWN_KID}),
    "unsigned, without kid": lambda claims: jwt.encode(claims, "", "none"),
    "HS256 with the PEM as the secret": hmac_with(OWN.public.pem),
    "HS256 with the PEM as the secret, and kid": hmac_with(OWN.public.pem, kid=OWN_KID),
    "HS256 with the stripped PEM": hmac_with(OWN.public.pem.strip(), kid=OWN_KID),
    "HS256 with the JWK as the secret": hmac_with(json.dumps(OWN.public.jwk), kid=OWN_KID),
    "HS256 with x as the secret": hmac_with(OWN.public.jwk["x"], kid=OWN_KID),
    "HS256 with our secret and a kid": hmac_with(SECRET, kid=OWN_KID),
    "HS512 with our secret": lambda claims: jwt.encode(claims, SECRET, "HS512"),
    "ES256 with the kid of EdDSA": with_header_of(OWN, PREVIOUS, alg="ES256"),
    "EdDSA with the kid of ES256": with_header_of(PREVIOUS, OWN, alg="EdDSA"),
    "EdDSA that says ES256": with_header_of(OWN, OWN, alg="ES256"),
    "EdDSA that says none": with_header_of(OWN, OWN, alg="none"),
    "ES256 that says HS256": with_header_of(PREVIOUS, PREVIOUS, alg="HS256"),
}


@pytest.fixture(autouse=True)
def _asymmetric(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sign with EdDSA, after a rotation from ES256, after one from HS256."""
    ring = ring_of(OWN, PREVIOUS, secrets=(SECRET,), **OPTIONS)
    for kind in (AccessToken, RefreshToken):
        monkeypatch.setattr(kind, "_token_backend", ring)


def get_with(token: str) -> Any:
    """Send GET users/me/ with this token."""
    return APIClient().get(URL, HTTP_AUTHORIZATION=f"Bearer {token}")


def refresh_with(token: str) -> Any:
    """Send POST auth/refresh/ with this token."""
    return APIClient().post("/api/v1/auth/refresh/", {"refresh": token})


def test_new_tokens_name_their_key(charlie: User) -> None:
    for token in issue_pair(charlie).values():
        assert jwt.get_unverified_header(token) == {"alg": "EdDSA", "kid": OWN_KID, "typ": "JWT"}
        verified = jwt.decode(
            token, OWN.public.pem, ["EdDSA"], audience="accounts-api", issuer="accounts"
        )
        assert verified["user_id"] == str(charlie.pk)


@pytest.mark.parametrize("sign", VALID.values(), ids=VALID.keys())
def test_a_key_in_the_overlap_verifies(charlie: User, sign: Callable[[Claims], str]) -> None:
    pair = issue_pair(charlie)
    assert get_with(sign(claims_of(pair["access"]))).status_code == 200
    answer = refresh_with(sign(claims_of(pair["refresh"])))
    assert answer.status_code == 200
    assert jwt.get_unverified_header(answer.json()["refresh"])["kid"] == OWN_KID


@pytest.mark.parametrize("sign", INVALID.values(), ids=INVALID.keys())
def test_a_token_of_no_key_is_401(charlie: User, sign: Callable[[Claims], str]) -> None:
    pair = issue_pair(charlie)
    assert_error(get_with(sign(claims_of(pair["access"]))), 401, "token_not_valid")
    assert_error(refresh_with(sign(claims_of(pair["refresh"]))), 401, "token_not_valid")
    assert refresh_with(pair["refresh"]).status_code == 200  # the forgery revoked nothing


def test_an_unsigned_copy_is_401(charlie: User) -> None:
    assert_error(get_with(unsigned(issue_pair(charlie)["access"])), 401, "token_not_valid")


def test_without_a_previous_secret_a_token_needs_a_kid(
    charlie: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = jwt.encode(claims_of(issue_pair(charlie)["access"]), SECRET, "HS256")
    assert get_with(token).status_code == 200
    monkeypatch.setattr(AccessToken, "_token_backend", ring_of(OWN, **OPTIONS))
    assert_error(get_with(token), 401, "token_not_valid")


def test_expiry_and_claims_count_for_each_key(charlie: User) -> None:
    claims = claims_of(issue_pair(charlie)["access"])
    for sign in VALID.values():
        for change in ({"exp": 1}, {"iss": "other"}, {"aud": "other"}, {"token_type": "refresh"}):
            assert_error(get_with(sign(claims | change)), 401, "token_not_valid")

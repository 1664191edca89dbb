"""The settings of the tokens' keys, read by processes of their own."""

import pytest

from core.signing_keys import public_keys
from tests.api.test_processes import manage
from tests.token_keys import new_pair

ED25519, P256 = new_pair("EdDSA"), new_pair("ES256")


@pytest.mark.parametrize("algorithm", ["", "ES256"])
def test_a_private_key_signs_and_needs_no_secret(algorithm: str) -> None:
    """The key may stand on one line. The command prints its public key on one line."""
    on_one_line = " ".join(P256.private.split("\n"))
    result = manage(
        "public_key", JWT_PRIVATE_KEY=on_one_line, JWT_SECRET_KEY="", JWT_ALGORITHM=algorithm
    )
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.count("\n") == 1
    assert public_keys("X", result.stdout) == [P256.public]


@pytest.mark.parametrize("variables", [{}, {"JWT_PRIVATE_KEY": ED25519.private}])
def test_hs256_has_no_public_key(variables: dict[str, str]) -> None:
    result = manage("public_key", JWT_ALGORITHM="HS256", **variables)
    assert result.returncode != 0
    assert "HS256, which has no public key" in result.stderr


def test_a_key_for_another_algorithm_prevents_the_start() -> None:
    result = manage("check", JWT_PRIVATE_KEY=ED25519.private, JWT_ALGORITHM="ES256")
    assert result.returncode != 0
    assert "JWT_PRIVATE_KEY is a key for EdDSA, and JWT_ALGORITHM is ES256." in result.stderr


def test_a_private_key_does_not_belong_among_the_public_ones() -> None:
    result = manage("check", JWT_PREVIOUS_PUBLIC_KEYS=P256.private)
    assert result.returncode != 0
    assert "JWT_PREVIOUS_PUBLIC_KEYS must have public keys only." in result.stderr
    assert P256.private[60:80] not in result.stderr

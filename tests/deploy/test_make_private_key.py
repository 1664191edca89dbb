"""deploy/make_secrets.py: the private key of the tokens."""

from pathlib import Path

import pytest

from core import signing_keys
from deploy.make_secrets import SECRETS, make_secrets, new_private_key
from tests.deploy.made_secrets import LONG, command, contents


def algorithm_of(folder: Path) -> str:
    """Return the algorithm of the private key, or nothing if there is none."""
    text = contents(folder)["jwt_private_key"]
    return signing_keys.private_key("X", text)[1].algorithm if text else ""


@pytest.mark.parametrize(
    ("env", "expected"),
    [
        ({}, "EdDSA"),
        ({"JWT_ALGORITHM": "EdDSA"}, "EdDSA"),
        ({"JWT_ALGORITHM": "ES256"}, "ES256"),
        ({"JWT_ALGORITHM": "HS256"}, ""),
        ({"JWT_SECRET_KEY": LONG}, ""),
        ({"JWT_SECRET_KEY": LONG, "JWT_ALGORITHM": "EdDSA"}, "EdDSA"),
    ],
)
def test_a_new_installation_has_a_private_key_unless_it_gets_a_secret_one(
    tmp_path: Path, env: dict[str, str], expected: str
) -> None:
    make_secrets(tmp_path, env)
    assert algorithm_of(tmp_path) == expected
    assert make_secrets(tmp_path, env) == []


def test_an_older_installation_keeps_its_secret_key_until_a_private_key_is_renewed(
    tmp_path: Path,
) -> None:
    make_secrets(tmp_path, {})
    before = contents(tmp_path)
    (tmp_path / "jwt_private_key").unlink()
    assert command(tmp_path, "--missing").returncode == 0
    assert make_secrets(tmp_path, {}) == []
    assert contents(tmp_path) == before | {"jwt_private_key": ""}
    assert make_secrets(tmp_path, {}, renew="jwt_private_key") == ["jwt_private_key"]
    assert algorithm_of(tmp_path) == "EdDSA"
    first = contents(tmp_path)["jwt_private_key"]
    make_secrets(tmp_path, {"JWT_ALGORITHM": "ES256"}, renew="jwt_private_key")
    assert algorithm_of(tmp_path) == "ES256"
    make_secrets(tmp_path, {"JWT_PRIVATE_KEY": first})
    assert contents(tmp_path)["jwt_private_key"] == first


def test_an_interrupted_set_is_that_of_a_new_installation(tmp_path: Path) -> None:
    """The private key is written before the secret one."""
    make_secrets(tmp_path, {})
    for name in list(SECRETS)[list(SECRETS).index("jwt_private_key") :]:
        (tmp_path / name).unlink()
    make_secrets(tmp_path, {})
    assert algorithm_of(tmp_path) == "EdDSA"


@pytest.mark.parametrize("algorithm", ["EdDSA", "ES256"])
def test_private_keys_are_random_and_valid(algorithm: str) -> None:
    keys = {new_private_key(algorithm) for _ in range(100)}
    assert len({signing_keys.private_key("X", key)[1].kid for key in keys}) == 100

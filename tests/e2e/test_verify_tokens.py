"""The examples of docs/verify-tokens.md, against a running system."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest

from local.site import ROOT
from local.stack import Stack
from tests.clients import npm
from tests.e2e.walkthrough import ADDRESS
from tests.stacks import ADMIN, PASSWORD
from tests.token_keys import new_pair

pytestmark = pytest.mark.xdist_group("stack")
TEXT = (ROOT / "docs/verify-tokens.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def tokens(stack: Stack) -> dict[str, str]:
    """Return the tokens of a login."""
    login = {"email": ADMIN, "password": PASSWORD}
    answer = httpx.post(f"{stack.base_url}/api/v1/auth/login/", json=login, trust_env=False)
    assert answer.status_code == 200, answer.text
    pair: dict[str, str] = answer.json()
    return pair


def example(language: str, stack: Stack, path: Path) -> Path:
    """Write the example of the document for the address of the system."""
    (code,) = re.findall(rf"^```{language}\n(.*?)^```", TEXT, re.DOTALL | re.MULTILINE)
    assert ADDRESS in code
    path.write_text(code.replace(ADDRESS, stack.base_url.removeprefix("http://")))
    return path


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    """Run an example without a proxy."""
    return subprocess.run(
        command, env={"PATH": "/usr/bin:/bin", "NO_PROXY": "*"}, cwd=Path(command[1]).parent,
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


def assert_verifies(command: tuple[str | Path, ...], tokens: dict[str, str]) -> None:
    """Assert that the example prints the user of an access token and rejects every other token."""
    claims: dict[str, Any] = jwt.decode(tokens["access"], options={"verify_signature": False})
    valid = run(*command, tokens["access"])
    assert (valid.returncode, valid.stdout) == (0, f"{claims['user_id']}\n"), valid.stderr
    header = jwt.get_unverified_header(tokens["access"])
    foreign = new_pair("EdDSA")
    rejected = {
        "a refresh token": tokens["refresh"],
        "another key": foreign.sign(claims, kid=header["kid"]),
        "an unknown key": foreign.sign(claims),
        "no signature": jwt.encode(claims, "", "none", {"kid": header["kid"]}),
        "a secret key": jwt.encode(claims, "x" * 32, "HS256", {"kid": header["kid"]}),
        "a key in the header": foreign.sign(claims, kid=None, jwk=foreign.public.jwk),
    }
    for what, token in rejected.items():
        result = run(*command, token)
        assert (result.returncode != 0, result.stdout) == (True, ""), what
        assert "SyntaxError" not in result.stderr


def test_the_system_signs_with_a_published_key(stack: Stack, tokens: dict[str, str]) -> None:
    answer = httpx.get(f"{stack.base_url}/.well-known/jwks.json", trust_env=False)
    (key,) = answer.json()["keys"]
    for token in tokens.values():
        header = jwt.get_unverified_header(token)
        assert header == {"alg": "EdDSA", "kid": key["kid"], "typ": "JWT"}


def test_the_example_in_python(stack: Stack, tokens: dict[str, str], tmp_path: Path) -> None:
    program = example("python", stack, tmp_path / "verify.py")
    assert_verifies((sys.executable, program), tokens)


def test_the_example_in_node(stack: Stack, tokens: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "node_modules").symlink_to(npm.packages())
    program = example("javascript", stack, tmp_path / "verify.mjs")
    assert_verifies((npm.NODE, program), tokens)

"""Whatever the schema allows, and forbids, is asked of the running service."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import psycopg
import pytest

from local.api_client import ApiClient
from local.stack import Stack
from tests.stacks import ADMIN, PASSWORD, running

pytestmark = pytest.mark.xdist_group("schemathesis")
CONFIG = Path(__file__).with_name("schemathesis.toml")
EXAMPLES = 5
"""For each operation and phase; in all some 1,400 requests for each caller, in 15 s."""
UNLIMITED = "1000000/s"
# The superuser of these tests would take away their own rights.
OF_ONESELF = ("--exclude-path-regex", r"/users/(me|set_)")
NUMBERED_PAST_ALL_GUESSES = "ALTER SEQUENCE users_uc_user_id_seq RESTART 7300001"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Where nobody is refused for asking too often."""
    limits = dict.fromkeys(("THROTTLE_LOGIN", "THROTTLE_REGISTER", "THROTTLE_RESET"), UNLIMITED)
    data = tmp_path_factory.mktemp("schemathesis") / "data"
    with running(data, IMPORT_MAX_WAITING="1000000", **limits) as stack:
        with psycopg.connect(stack.site.database_url()) as connection:
            connection.execute(NUMBERED_PAST_ALL_GUESSES)
        yield stack


def token_of(service: Stack, **rights: bool) -> str:
    """Of somebody new."""
    email = f"{'-'.join(rights) or 'nobody'}@example.com"
    body = {"email": email, "password": PASSWORD, **rights}
    with ApiClient(service.base_url, ADMIN, PASSWORD) as admin:
        admin.create("/api/users/", body)
    with ApiClient(service.base_url, email, PASSWORD) as client:
        return client.token


def failures(service: Stack, folder: Path, *arguments: str) -> None:
    """None, of all operations that are not excluded; the report says how to repeat one."""
    seed, report = os.environ["FUZZ_SEED"], folder / "report.json"
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIG), "run"]
    schema = f"{service.base_url}/api/schema/?format=json"
    bounds = ("--checks", "all", "-n", str(EXAMPLES), "--seed", seed, "--continue-on-failure")
    kept = ("--generation-database", "none", "--report", "json", "--report-json-path", str(report))
    ran = subprocess.run(
        [*command, schema, *bounds, *kept, "--no-color", *arguments],
        cwd=folder, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout[-20_000:] + ran.stderr[-2_000:]
    json.loads(report.read_text(encoding="utf-8"))


def test_as_a_superuser(service: Stack, tmp_path: Path) -> None:
    token = token_of(service, is_superuser=True)
    failures(service, tmp_path, "-H", f"Authorization: Bearer {token}", *OF_ONESELF)


def test_as_an_ordinary_user(service: Stack, tmp_path: Path) -> None:
    token = token_of(service)
    failures(service, tmp_path, "-H", f"Authorization: Bearer {token}")


def test_as_a_stranger(service: Stack, tmp_path: Path) -> None:
    failures(service, tmp_path)
    assert httpx.get(f"{service.base_url}/healthz/ready", trust_env=False).status_code == 200

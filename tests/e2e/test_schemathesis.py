"""Schemathesis: requests that the OpenAPI schema allows and forbids, sent to a running system."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from local.site import ROOT
from local.stack import Stack
from tests.stacks import running

pytestmark = pytest.mark.xdist_group("schemathesis")
CONFIG = Path(__file__).with_name("schemathesis.toml")
HOOKS = "tests.e2e.schemathesis_hooks"
EXAMPLES = 2
"""The examples for each operation and phase: about 1,300 requests for each caller.

SCHEMATHESIS_SEED=n sends other requests.
"""
ALL_PHASES = "examples,coverage,fuzzing,stateful"
RANDOM_PHASES = "fuzzing,stateful"
"""For callers who may do less: a rejected request shows nothing about the values of `coverage`."""
UNLIMITED = "1000000/s"
MAIL_LINK_OPERATIONS = {
    "POST /api/v1/users/activation/",
    "POST /api/v1/users/reset_password_confirm/",
    "POST /api/v1/users/set_email_confirm/",
}
"""The operations that need the link of a mail."""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Run a system without rate limits, and without coverage: it gets thousands of requests."""
    names = ("LOGIN", "REGISTER", "RESET", "UPLOAD", "CANCEL", "API_KEY")
    limits = dict.fromkeys([f"THROTTLE_{name}" for name in names], UNLIMITED)
    data = tmp_path_factory.mktemp("schemathesis") / "data"
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("COVERAGE_PROCESS_CONFIG", raising=False)
        with running(data, IMPORT_MAX_WAITING="1000000", **limits) as stack:
            yield stack


def operations(service: Stack) -> set[str]:
    """Return all operations of the schema, such as `GET /api/`."""
    document = httpx.get(
        f"{service.base_url}/api/schema/?format=json", trust_env=False, timeout=30
    ).json()
    return {f"{name.upper()} {path}" for path, all_ in document["paths"].items() for name in all_}


def successful_operations(
    service: Stack, folder: Path, *, by: str, phases: str = ALL_PHASES
) -> set[str]:
    """Send requests to all operations and return those that succeeded at least once.

    A 409 counts as a success: the operation found nothing left to do.
    """
    seed = os.environ.get("SCHEMATHESIS_SEED", "21")
    report, answers = folder / "report.json", folder / "answers"
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIG), "run"]
    command += ["--phases", phases]
    schema = f"{service.base_url}/api/schema/?format=json"
    bounds = ("--checks", "all", "-n", str(EXAMPLES), "--seed", seed, "--continue-on-failure")
    kept = ("--generation-database", "none", "--report", "json", "--report-json-path", str(report))
    hooks = {"SCHEMATHESIS_HOOKS": HOOKS, "PYTHONPATH": str(ROOT), "ANSWERS": str(answers)}
    service_env = {"SERVICE_URL": service.base_url, "SERVICE_DATABASE": service.site.database_url()}
    ran = subprocess.run(
        [*command, schema, *bounds, *kept, "--no-color"],
        env={**os.environ, **hooks, **service_env, "CALLER_KIND": by},
        cwd=folder, capture_output=True, text=True, timeout=900, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout[-20_000:] + ran.stderr[-2_000:]
    counts = json.loads(report.read_text(encoding="utf-8"))["operations"]
    assert counts["tested"] == len(operations(service)), counts
    lines = (line.split(" ", 1) for line in answers.read_text(encoding="utf-8").splitlines())
    return {operation for status, operation in lines if status[0] == "2" or status == "409"}


def test_a_superuser_succeeds_with_every_operation(service: Stack, tmp_path: Path) -> None:
    assert (
        successful_operations(service, tmp_path, by="superuser")
        == operations(service) - MAIL_LINK_OPERATIONS
    )


def test_an_ordinary_user_succeeds_only_with_own_operations(service: Stack, tmp_path: Path) -> None:
    allowed = successful_operations(service, tmp_path, by="user", phases=RANDOM_PHASES)
    assert {"PATCH /api/v1/users/me/", "GET /api/v1/users/me/export/"} <= allowed
    assert allowed.isdisjoint(
        {"GET /api/v1/users/", "POST /api/v1/users/", "DELETE /api/v1/users/{id}/"}
    )


@pytest.mark.long
def test_an_anonymous_caller_succeeds_only_with_public_operations(
    service: Stack, tmp_path: Path
) -> None:
    allowed = successful_operations(service, tmp_path, by="anonymous", phases=RANDOM_PHASES)
    assert "POST /api/v1/auth/login/" in allowed
    assert allowed.isdisjoint({"GET /api/v1/users/me/", "GET /api/v1/imports/"})
    assert (
        httpx.get(f"{service.base_url}/healthz/ready", trust_env=False, timeout=30).status_code
        == 200
    )

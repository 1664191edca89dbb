"""The OpenAPI schema keeps the recommended rules of Redocly and Spectral."""

import json
from collections.abc import Callable, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from local.site import ROOT
from tests.clients import npm

type Check = Callable[[Path], str]
"""Runs a linter with the rules in the root of the repository, and returns what it complains of."""


@pytest.fixture(scope="module")
def schema() -> str:
    output = StringIO()
    call_command("spectacular", "--format", "openapi-json", stdout=output)
    return output.getvalue()


def complaints(command: Sequence[str], path: Path) -> str:
    result = npm.run(*command, path, cwd=ROOT)
    return result.stdout if result.returncode else ""


@pytest.fixture(params=["redocly", "spectral"])
def check(request: pytest.FixtureRequest) -> Check:
    options = {"redocly": [], "spectral": ["--fail-severity=hint"]}[request.param]
    return lambda path: complaints([request.param, "lint", *options], path)


def test_the_schema_keeps_the_rules(check: Check, schema: str, tmp_path: Path) -> None:
    path = tmp_path / "openapi.json"
    path.write_text(schema)
    found = check(path)
    assert not found, found


def test_a_warning_is_found(check: Check, schema: str, tmp_path: Path) -> None:
    """An operation without an id is a warning of both linters."""
    document: dict[str, Any] = json.loads(schema)
    del document["paths"]["/api/v1/users/"]["get"]["operationId"]
    path = tmp_path / "openapi.json"
    path.write_text(json.dumps(document))
    assert "operation-operationId" in check(path)

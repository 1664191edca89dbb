"""The version in each place that shows it, and the pinned versions in CI."""

import json
import re
import tomllib
from datetime import date
from pathlib import Path

import pytest
import yaml

from core import __version__
from local.site import ROOT

LABEL = "org.opencontainers.image.version"
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_the_version_is_semantic() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?", __version__)


def test_pyproject_has_the_version() -> None:
    assert tomllib.loads(read("pyproject.toml"))["tool"]["accounts"]["version"] == __version__


def test_only_the_image_of_the_application_changes_with_each_release() -> None:
    """The image of the proxy has no version, so that an upgrade can leave its container."""
    _builder, proxy, app = re.split(r"^FROM .*$", read("Dockerfile"), flags=re.MULTILINE)[1:]
    assert re.findall(rf'{re.escape(LABEL)}="([^"]*)"', app) == [__version__]
    assert not re.search("LABEL|ARG|ENV", proxy)


def test_the_openapi_schema_has_the_version() -> None:
    written = json.loads(read("openapi.json"))["info"]["version"]
    assert written == __version__, "run python -m tests.openapi"


def test_the_newest_release_of_the_changelog_is_the_version() -> None:
    headings = re.findall(r"^## (.+)$", read("CHANGELOG.md"), flags=re.MULTILINE)
    assert headings[0] == "[Unreleased]"
    version, day = re.fullmatch(r"\[(.+)\] - (\S+)", headings[1]).groups()  # type: ignore[union-attr]
    assert version == __version__
    assert date.fromisoformat(day).isoformat() == day


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_actions_are_pinned_by_commit(workflow: Path) -> None:
    text = workflow.read_text(encoding="utf-8")
    used = re.findall(r"^\s*-? ?uses: (.+)$", text, flags=re.MULTILINE)
    assert used
    for action in used:
        assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}  # v\d+\.\d+\.\d+", action), action


def test_dependabot_watches_each_kind_of_requirement() -> None:
    updates = yaml.safe_load(read(".github/dependabot.yml"))["updates"]
    kinds = {update["package-ecosystem"] for update in updates}
    assert kinds == {"pip", "docker", "docker-compose", "github-actions"}
    assert all(update["schedule"] == {"interval": "weekly"} for update in updates)
    assert all(update["groups"] for update in updates)

"""The image by itself: its size, its user and its roles."""

from pathlib import Path

import pytest

from core import __version__
from tests.compose.docker import APP_IMAGE, BASE_IMAGE, docker, run, size
from tests.compose.installation import Installation

LIMIT = 400_000_000
TMP = "/tmp"  # noqa: S108  (in the container)
pytestmark = pytest.mark.usefixtures("running")


def started(*arguments: str) -> tuple[int, str]:
    """Run a container without network and return its exit code and its error output."""
    hard = ("--network", "none", "--read-only", "--tmpfs", TMP, "--cap-drop", "ALL")
    done = run(["docker", "run", "--rm", *hard, APP_IMAGE, *arguments], check=False)
    return done.returncode, done.stderr


def test_the_layers_of_the_image_are_small() -> None:
    assert 0 < size(APP_IMAGE) - size(BASE_IMAGE) < LIMIT


def test_the_image_has_a_user_and_a_health_check() -> None:
    form = "{{.Config.User}} {{.Config.Healthcheck}}"
    shown = docker("image", "inspect", "--format", form, APP_IMAGE)
    assert shown.startswith("app {[CMD python -I /srv/deploy/healthcheck.py]")


def test_the_image_contains_the_application_and_nothing_else(clone: Path) -> None:
    """It has no tests and no history. A new app needs no change here."""
    listed = docker("run", "--rm", "--entrypoint", "ls", APP_IMAGE, "-A", "/srv", "/srv/app")
    around, _, inside = listed.removeprefix("/srv:").partition("/srv/app:")
    assert set(around.split()) == {
        "app", "deploy", "entrypoint.sh", "media", "secrets", "secrets-of", "venv",
    }  # fmt: skip
    committed = {path.name for path in (clone / "app").iterdir()}
    assert set(inside.split()) == committed | {"__pycache__"}


@pytest.mark.parametrize("arguments", [["cron"], ["cron", "web"]])
def test_an_unknown_role_gets_the_list_of_roles(arguments: list[str]) -> None:
    code, errors = started(*arguments)
    assert code == 64
    assert errors.startswith("entrypoint.sh: unknown role cron\nusage: ")
    assert all(f"\n  {role} " in errors for role in ("web", "worker", "beat", "manage", "secrets"))


@pytest.mark.parametrize("arguments", [["web"], ["worker"], ["beat"], ["manage", "check"]])
def test_a_role_without_settings_names_the_missing_one(arguments: list[str]) -> None:
    code, errors = started(*arguments)
    assert code == 1
    assert "Set the environment variable DB_PASSWORD." in errors


def test_the_label_of_the_image_is_the_version() -> None:
    form = '{{index .Config.Labels "org.opencontainers.image.version"}}'
    assert docker("image", "inspect", "--format", form, APP_IMAGE) == __version__


def test_the_image_knows_its_revision(running: Installation) -> None:
    running.env["BUILD_REVISION"] = "abc123"
    try:
        running.compose("build", "app")
    finally:
        del running.env["BUILD_REVISION"]
    command = ("run", "--rm", "--entrypoint", "printenv", APP_IMAGE, "BUILD_REVISION")
    assert docker(*command) == "abc123"
    running.compose("build", "app")

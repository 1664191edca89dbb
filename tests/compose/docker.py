"""Docker's command line."""

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from local.api_client import Json

APP_IMAGE = "accounts-app:latest"
BASE_IMAGE = "python:3.13-slim"
_LIMIT = 900
_INHERITED = ("PATH", "HOME", "TMPDIR")


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Without what the test's own servers have put there: compose would take it for settings."""
    own = {
        name: value
        for name, value in os.environ.items()
        if name in _INHERITED or name.startswith(("DOCKER_", "BUILDX_"))
    }
    return own | dict(extra or {})


class CommandFailedError(AssertionError):
    """With all that the command said."""


def run(
    argv: Sequence[str | Path],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    send: str = "",
    check: bool = True,
) -> subprocess.CompletedProcess[str]:
    """A command with an end; CommandFailedError when it fails."""
    done = subprocess.run(
        argv, cwd=cwd, env=environment(env), input=send, capture_output=True, text=True,
        timeout=_LIMIT, check=False,
    )  # fmt: skip
    if check and done.returncode:
        raise CommandFailedError(
            f"{argv} ends with {done.returncode}:\n{done.stdout}\n{done.stderr}"
        )
    return done


def docker(*arguments: str, check: bool = True) -> str:
    """What it prints."""
    return run(["docker", *arguments], check=check).stdout.strip()


def inspect(container: str) -> Json:
    """All that the engine knows about it."""
    return cast("Json", json.loads(docker("inspect", container))[0])


def health(container: str) -> str:
    """`starting`, `healthy` or `unhealthy`."""
    return cast("str", inspect(container)["State"]["Health"]["Status"])


def size(image: str) -> int:
    """Bytes of all its layers."""
    return int(docker("image", "inspect", "--format", "{{.Size}}", image))


def kill(container: str) -> None:
    """End its first process from outside: `docker kill` would count as a wish to stop it."""
    program = f"import os; os.kill({inspect(container)['State']['Pid']}, 9)"
    docker(
        "run", "--rm", "--pid", "host", "--privileged", "--user", "root",
        "--entrypoint", "python", APP_IMAGE, "-c", program,
    )  # fmt: skip


def lines_of_json(text: str) -> list[Any]:
    """One document a line; compose may put something for a terminal before it."""
    return [json.loads(line[line.index("{") :]) for line in text.splitlines() if "{" in line]

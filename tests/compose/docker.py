"""The command line of Docker."""

import json
import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from local.api_client import Json

APP_IMAGE = "accounts-app:latest"
BASE_IMAGE = "python:3.13-slim"
_LIMIT = 900
_INHERITED = ("PATH", "HOME", "TMPDIR")


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return an environment without the variables of the test servers, which Compose would read."""
    own = {
        name: value
        for name, value in os.environ.items()
        if name in _INHERITED or name.startswith(("DOCKER_", "BUILDX_"))
    }
    return own | dict(extra or {})


class CommandFailedError(AssertionError):
    """A failed command with its output."""


def run(
    argv: Sequence[str | Path],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    send: str = "",
    check: bool = True,
) -> subprocess.CompletedProcess[str]:
    """Run a command. Raises CommandFailedError if it fails and `check` is set."""
    done = subprocess.run(
        argv, cwd=cwd, env=environment(env), input=send, capture_output=True, text=True,
        timeout=_LIMIT, check=False,
    )  # fmt: skip
    if check and done.returncode:
        raise CommandFailedError(
            f"{argv} ends with {done.returncode}:\n{done.stdout}\n{done.stderr}"
        )
    return done


def started(program: Path, *, env: Mapping[str, str]) -> subprocess.Popen[str]:
    """Start a program in a process group of its own. Its errors are in its output."""
    return subprocess.Popen(
        [program], env=environment(env), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, start_new_session=True,
    )  # fmt: skip


def lines_of(program: Path, *, env: Mapping[str, str]) -> Iterator[str]:
    """Run a program and yield each line of its output and errors at once.

    Raises CommandFailedError if the program fails.
    """
    lines = []
    with started(program, env=env) as process:
        for line in process.stdout or ():
            lines.append(line)
            yield line.rstrip()
    if process.returncode:
        raise CommandFailedError(f"{program} ends with {process.returncode}:\n{''.join(lines)}")


def docker(*arguments: str, check: bool = True) -> str:
    """Run a Docker command and return its output."""
    return run(["docker", *arguments], check=check).stdout.strip()


def inspect(container: str) -> Json:
    """Return the description of a container by the engine."""
    return cast("Json", json.loads(docker("inspect", container))[0])


def health(container: str) -> str:
    """Return the health of a container: `starting`, `healthy` or `unhealthy`."""
    return cast("str", inspect(container)["State"]["Health"]["Status"])


def size(image: str) -> int:
    """Return the size of all layers of an image in bytes."""
    return int(docker("image", "inspect", "--format", "{{.Size}}", image))


def kill(container: str) -> None:
    """Kill the first process of a container. The engine does not restart it after `docker kill`."""
    program = f"import os; os.kill({inspect(container)['State']['Pid']}, 9)"
    docker(
        "run", "--rm", "--pid", "host", "--privileged", "--user", "root",
        "--entrypoint", "python", APP_IMAGE, "-c", program,
    )  # fmt: skip


def lines_of_json(text: str) -> list[Any]:
    """Return the JSON document of each line. Compose may print a prefix before it."""
    return [json.loads(line[line.index("{") :]) for line in text.splitlines() if "{" in line]

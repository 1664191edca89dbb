"""Management commands with the settings of a local system."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

from local.errors import LocalError
from local.running import running_site
from local.site import APP, COMMAND_SECRETS


def run_manage(arguments: Sequence[str], env: Mapping[str, str]) -> str:
    """Run `manage.py` and return its output. Raise LocalError if the command fails."""
    result = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=APP,
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        lines = (result.stderr or result.stdout).strip().splitlines()[-15:]
        raise LocalError("\n".join([f"manage.py {arguments[0]} failed:", *lines]))
    return result.stdout


def exec_manage(arguments: Sequence[str], data: Path) -> NoReturn:
    """Become `manage.py` with the environment of the system that runs on `data`.

    The command keeps the terminal, the working directory and the exit code. Raise LocalError if no
    system runs on `data`.
    """
    secrets = {name: value for name, value in os.environ.items() if name in COMMAND_SECRETS}
    env = {**running_site(data).env(), **secrets}
    os.execve(sys.executable, [sys.executable, str(APP / "manage.py"), *arguments], env)  # noqa: S606

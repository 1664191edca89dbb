"""Management commands of the project."""

import subprocess
import sys
from collections.abc import Mapping, Sequence

from local.errors import LocalError
from local.site import APP


def run_manage(arguments: Sequence[str], env: Mapping[str, str]) -> str:
    """Run `manage.py` and return what it printed; LocalError when it fails."""
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

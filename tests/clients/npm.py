"""Node.js, which is a Python package, and the packages of package-lock.json."""

import fcntl
import functools
import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent
NODE: Final = Path(sys.executable).with_name("node")
ENVIRONMENT: Final = {
    "PATH": f"{NODE.parent}:/usr/bin:/bin",
    "NO_PROXY": "*",
    "NO_COLOR": "1",
    "NPM_CONFIG_USERCONFIG": "/dev/null",
    "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true",
}
"""The environment of the programs: they ask no other server."""


@functools.cache
def packages() -> Path:
    """Return the folder with the packages. The first call in any test process installs them."""
    folder = FOLDER / "node_modules"
    digest = hashlib.sha256((FOLDER / "package-lock.json").read_bytes()).hexdigest()
    finished = folder / ".finished"
    with (Path(os.environ["TESTS_FOLDER"]) / "npm.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not finished.exists() or finished.read_text() != digest:
            npm = NODE.with_name("npm")
            subprocess.run([npm, "ci"], cwd=FOLDER, check=True, timeout=300)  # noqa: S603
            finished.write_text(digest)
    return folder


def run(program: str, *arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a program of the packages."""
    return subprocess.run(  # noqa: S603
        [NODE, packages() / ".bin" / program, *arguments], cwd=cwd, env=ENVIRONMENT,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, timeout=120,
    )  # fmt: skip

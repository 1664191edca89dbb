"""The command deploy/make_secrets.py, and the secrets that it makes."""

import subprocess
import sys
from pathlib import Path

from local.site import ROOT

LONG = "x" * 32
"""A secret key of the shortest length that is accepted."""


def contents(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text().strip() for path in folder.glob("[!.]*")}


def command(folder: Path, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run the command as the container does."""
    return subprocess.run(
        [sys.executable, "-I", ROOT / "deploy/make_secrets.py", *arguments],
        env={"SECRETS_DIR": str(folder), **env}, capture_output=True, text=True, check=False,
    )  # fmt: skip

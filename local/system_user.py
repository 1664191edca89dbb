"""Another system user, for a program that refuses to run as root."""

import os
import pwd
import shutil
import subprocess
from pathlib import Path
from typing import TypedDict

from local.errors import LocalError

_ON_MACOS = "_postgres"


class RunAs(TypedDict, total=False):
    """Arguments of subprocess.run that select the user."""

    user: int
    group: int
    extra_groups: list[int]


def _exists(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


def ensure(name: str) -> str:
    """Return the name of a user without rights: `name`, or the existing user of macOS.

    If neither exists, create `name`.
    """
    for known in (name, _ON_MACOS):
        if _exists(known):
            return known
    program = shutil.which("useradd", path=f"{os.defpath}:/usr/sbin:/sbin")
    if program is None:
        raise LocalError(
            "PostgreSQL refuses to run as root, and useradd is missing; start as another user"
        )
    argv = [program, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", name]
    result = subprocess.run(argv, capture_output=True, text=True, check=False)
    if result.returncode and not _exists(name):
        raise LocalError(f"cannot create the system user {name}: {result.stderr.strip()}")
    return name


def run_as(name: str | None) -> RunAs:
    """Return the arguments of subprocess.run for this user. None is the current user."""
    if name is None:
        return {}
    entry = pwd.getpwnam(name)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def make_owner(name: str, target: Path | int) -> None:
    """Make the user the owner of a path or of an open file."""
    entry = pwd.getpwnam(name)
    os.chown(target, entry.pw_uid, entry.pw_gid)


def become(name: str) -> None:
    """Become this user for the rest of the process."""
    entry = pwd.getpwnam(name)
    os.setgroups([])
    os.setgid(entry.pw_gid)
    os.setuid(entry.pw_uid)


def can_run(name: str, program: Path) -> bool:
    """Return whether the user can read the program and its libraries."""
    try:
        result = subprocess.run(
            [program, "--version"], cwd="/", capture_output=True, check=False, **run_as(name)
        )
    except PermissionError:
        return False
    return result.returncode == 0

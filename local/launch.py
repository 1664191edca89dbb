"""Becomes the program of one process: `python -m local.launch NAME`, started by supervisord.

The list of programs is a JSON file, because supervisord's configuration has no safe way to write
every path: it cuts ` #` and ` ;`, expands `%` and knows no quotes for directories.
"""

import json
import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path

from local.system_user import become

MARK = "LOCAL_STACK"
"""The variable that every process of a stack starts with; its value is the data directory."""

PROGRAMS = "launch.json"
"""In the data directory: the fields of each Process by its name."""

_FOR_SERVERS = re.compile(rf"PATH|TMPDIR|TZ|LD_PRELOAD|FAKETIME\w*|{MARK}")
"""The last but one: what libfaketime, which is preloaded, is told by."""


def _environment(role: str, own: Mapping[str, str]) -> dict[str, str]:
    if role:
        return {**os.environ, **own, "PROCESS_ROLE": role}
    return {n: value for n, value in os.environ.items() if _FOR_SERVERS.fullmatch(n)} | dict(own)


def main(name: str) -> None:
    """Never returns."""
    path = Path(os.environ[MARK]) / PROGRAMS
    process = json.loads(path.read_text(encoding="utf-8"))[name]
    # Before the change of user: the way there may be closed to that user.
    os.chdir(process["cwd"])
    if process["user"] is not None:
        become(process["user"])
    argv = process["argv"]
    os.execve(argv[0], argv, _environment(process["role"], process["env"]))  # noqa: S606


if __name__ == "__main__":
    main(sys.argv[1])

"""`python -m local.launch NAME`: become the program of one process. supervisord runs this command.

The list of programs is a JSON file, because supervisord's configuration cannot contain every path:
it cuts ` #` and ` ;`, expands `%` and knows no quotes for directories.
"""

import json
import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path

from local.system_user import become

DATA_VARIABLE = "LOCAL_STACK"
"""The variable that every process of a stack starts with. Its value is the data directory."""

PROGRAMS = "launch.json"
"""A file in the data directory: the fields of each Process by its name."""

_FOR_SERVERS = re.compile(rf"PATH|TMPDIR|TZ|LD_PRELOAD|FAKETIME\w*|{DATA_VARIABLE}")
"""The variables that servers inherit. LD_PRELOAD and FAKETIME configure libfaketime in tests."""


def _environment(role: str, own: Mapping[str, str]) -> dict[str, str]:
    if role:
        return {**os.environ, **own, "PROCESS_ROLE": role}
    return {n: value for n, value in os.environ.items() if _FOR_SERVERS.fullmatch(n)} | dict(own)


def main(name: str) -> None:
    """Replace this process by the program with this name."""
    path = Path(os.environ[DATA_VARIABLE]) / PROGRAMS
    process = json.loads(path.read_text(encoding="utf-8"))[name]
    # Before the change of user, because the other user may not reach the directory.
    os.chdir(process["cwd"])
    if process["user"] is not None:
        become(process["user"])
    os.nice(process["niceness"])
    argv = process["argv"]
    os.execve(argv[0], argv, _environment(process["role"], process["env"]))  # noqa: S606


if __name__ == "__main__":
    main(sys.argv[1])

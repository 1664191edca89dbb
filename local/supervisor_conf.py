"""supervisord's configuration. Its paths are relative or variables; local.launch says why."""

import json
import os
import shlex
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from local.files import write_private, write_private_json
from local.launch import DATA_VARIABLE, PROGRAMS
from local.processes import Process
from local.site import ROOT
from local.supervised import CONFIGURATION, PARENT_VARIABLE

_GENERAL = """\
[supervisord]
nodaemon = true
silent = true
logfile = logs/supervisord.log
logfile_maxbytes = 10MB
logfile_backups = 3
pidfile = supervisord.pid
childlogdir = logs

[unix_http_server]
file = %(ENV_LOCAL_SOCKET)s

[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface

[rpcinterface:local]
supervisor.rpcinterface_factory = local.supervised:make_interface
"""

_PROGRAM = """
[program:{name}]
command = %(ENV_LOCAL_PYTHON)s -m local.launch {name}
directory = %(ENV_LOCAL_ROOT)s
umask = 077
autostart = false
autorestart = true
startretries = 1000000
stopsignal = {stop_signal}
stopwaitsecs = {stop_seconds}
killasgroup = true
redirect_stderr = true
stdout_logfile = logs/{name}.log
stdout_logfile_maxbytes = 10MB
stdout_logfile_backups = 3
"""

_GROUP = """
[group:{group}]
programs = {programs}
priority = {order}
"""


def group_of(process: Process) -> str:
    """Return the group of a process. supervisord stops one group after the other."""
    return f"order-{process.order}"


def _text(processes: Sequence[Process]) -> str:
    parts = [_GENERAL]
    for process in processes:
        stop = {"stop_signal": process.stop_signal, "stop_seconds": process.stop_seconds}
        parts.append(_PROGRAM.format(name=process.name, **stop))
    for order in sorted({process.order for process in processes}):
        members = [process for process in processes if process.order == order]
        programs = ",".join(process.name for process in members)
        parts.append(_GROUP.format(group=group_of(members[0]), programs=programs, order=order))
    return "".join(parts)


def write(data: Path, processes: Sequence[Process]) -> None:
    """Write the configuration and the list of programs into the data directory."""
    write_private(data / CONFIGURATION, _text(processes))
    programs = {process.name: asdict(process) for process in processes}
    write_private_json(data / PROGRAMS, json.loads(json.dumps(programs, default=str)))


def environment(data: Path, socket: Path) -> dict[str, str]:
    """Return the variables that the configuration, local.supervised and local.launch read."""
    return {
        DATA_VARIABLE: str(data),
        PARENT_VARIABLE: str(os.getpid()),
        "LOCAL_SOCKET": str(socket),
        "LOCAL_PYTHON": shlex.quote(sys.executable),
        "LOCAL_ROOT": str(ROOT),
    }

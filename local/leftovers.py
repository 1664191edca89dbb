"""Processes of a data directory that outlived their supervisord."""

from collections.abc import Iterator
from pathlib import Path

import psutil

from local.launch import DATA_VARIABLE

_SERVERS = {"postgres": "postgres", "valkey-server": "valkey"}
"""Servers that overwrite their environment. Their working directory identifies them."""


def _belongs(process: psutil.Process, data: Path) -> bool:
    try:
        directory = _SERVERS.get(process.name())
        if directory is not None:
            return Path(process.cwd()) == data / directory
        return bool(process.environ().get(DATA_VARIABLE) == str(data))
    except (psutil.Error, OSError):
        return False


def find(data: Path) -> Iterator[psutil.Process]:
    """Find the running processes that were started for the data directory."""
    return (process for process in psutil.process_iter() if _belongs(process, data))


def end(data: Path, *, timeout: float) -> int:
    """Terminate these processes, kill the rest after `timeout` seconds, and return their number."""
    processes = list(find(data))
    for process in processes:
        _send(process, kill=False)
    _, alive = psutil.wait_procs(processes, timeout=timeout)
    for process in alive:
        _send(process, kill=True)
    psutil.wait_procs(alive, timeout=5)
    return len(processes)


def _send(process: psutil.Process, *, kill: bool) -> None:
    try:
        if kill:
            process.kill()
        else:
            process.terminate()
    except psutil.NoSuchProcess:
        return

"""Processes of a data directory that outlived their supervisord."""

from collections.abc import Iterator
from pathlib import Path

import psutil

from local.launch import MARK

_SERVERS = {"postgres": "postgres", "valkey-server": "valkey"}
"""These write their titles over their environment; they are known by their working directory."""


def _belongs(process: psutil.Process, data: Path) -> bool:
    try:
        directory = _SERVERS.get(process.name())
        if directory is not None:
            return Path(process.cwd()) == data / directory
        return bool(process.environ().get(MARK) == str(data))
    except (psutil.Error, OSError):
        return False


def find(data: Path) -> Iterator[psutil.Process]:
    """Every process that was started for the data directory and still runs."""
    return (process for process in psutil.process_iter() if _belongs(process, data))


def end(data: Path, *, patience: float) -> int:
    """Terminate them, kill those that remain after `patience` seconds; return their number."""
    found = list(find(data))
    for process in found:
        _send(process, kill=False)
    _, alive = psutil.wait_procs(found, timeout=patience)
    for process in alive:
        _send(process, kill=True)
    psutil.wait_procs(alive, timeout=5)
    return len(found)


def _send(process: psutil.Process, *, kill: bool) -> None:
    try:
        if kill:
            process.kill()
        else:
            process.terminate()
    except psutil.NoSuchProcess:
        return

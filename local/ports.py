"""TCP ports on 127.0.0.1."""

import fcntl
import functools
import os
import random
import socket
import tempfile
from pathlib import Path

from local.errors import LocalError

HOST = "127.0.0.1"

# Below the ranges for outgoing connections of Linux and macOS: no client's end can sit on the port
# of a server that is being started again.
_RANGE = range(20_000, 32_000)

_ours: set[int] = set()


def _refusal(port: int) -> OSError | None:
    """Why a server could not listen there. TIME_WAIT of an earlier server is no reason."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
            probe.listen()
        except OSError as error:
            return error
    return None


def _answers(port: int) -> bool:
    """Also a server on all addresses counts, which macOS lets one bind beside."""
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0


@functools.cache
def _leases() -> int:
    """A file whose byte N is locked by the process that was given port N, until it ends."""
    path = Path(tempfile.gettempdir(), f"accounts-ports-{os.getuid()}")
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)


def _lease(port: int) -> bool:
    """Whether no call in this or another process has this port."""
    if port in _ours:  # locks of records are a process's: it would get its own again
        return False
    try:
        fcntl.lockf(_leases(), fcntl.LOCK_EX | fcntl.LOCK_NB, 1, port)
    except BlockingIOError:
        return False
    _ours.add(port)
    return True


def free_port() -> int:
    """A port that nothing listens on now, and that no other call is given while this process lives.

    So two systems that start at once, or whose servers are down for a moment, never meet.
    """
    for port in random.sample(_RANGE, 100):
        if not _answers(port) and _refusal(port) is None and _lease(port):
            return port
    raise LocalError("found no free port on 127.0.0.1")


def require_free(port: int) -> None:
    """LocalError when a server could not listen there."""
    if _answers(port):
        raise LocalError(f"port {port} is in use; choose another with --port")
    error = _refusal(port)
    if isinstance(error, PermissionError):
        raise LocalError(f"port {port} needs more rights; choose another with --port")
    if error is not None:
        raise LocalError(f"port {port} is in use; choose another with --port")

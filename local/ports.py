"""Free TCP ports on 127.0.0.1."""

import fcntl
import functools
import os
import random
import socket
import tempfile
from pathlib import Path

from local.errors import LocalError

HOST = "127.0.0.1"

# Below the ranges that Linux and macOS use for outgoing connections: a client can never occupy the
# port of a server that is being restarted.
_RANGE = range(20_000, 32_000)

_ours: set[int] = set()


def _bind_error(port: int) -> OSError | None:
    """Return the error of a server that listens on the port, or None.

    A port in TIME_WAIT of an earlier server is free.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
            probe.listen()
        except OSError as error:
            return error
    return None


def _answers(port: int) -> bool:
    """Return whether a server listens, also one on all addresses.

    macOS allows a second server to bind beside such a server.
    """
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0


@functools.cache
def _leases() -> int:
    """Open the file of leases. The process that has port N locks byte N until the process ends."""
    path = Path(tempfile.gettempdir(), f"accounts-ports-{os.getuid()}")
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)


def _lease(port: int) -> bool:
    """Lease the port. Return whether no call in this or another process has it."""
    if port in _ours:  # a process can lock a byte again that it has locked already
        return False
    try:
        fcntl.lockf(_leases(), fcntl.LOCK_EX | fcntl.LOCK_NB, 1, port)
    except BlockingIOError:
        return False
    _ours.add(port)
    return True


def free_port() -> int:
    """Return a port that no server uses and that no other call returns while this process lives.

    Thus two systems never use the same port, even if they start at the same time or if a server is
    down for a moment.
    """
    for port in random.sample(_RANGE, 100):
        if not _answers(port) and _bind_error(port) is None and _lease(port):
            return port
    raise LocalError("found no free port from 20000 to 31999 on 127.0.0.1; stop other servers")


def require_free(port: int) -> None:
    """Raise a LocalError if a server cannot listen on the port."""
    if _answers(port):
        raise LocalError(f"port {port} is in use; choose another with --port")
    error = _bind_error(port)
    if isinstance(error, PermissionError):
        raise LocalError(f"port {port} needs the rights of root; choose another with --port")
    if error is not None:
        raise LocalError(f"port {port} is in use; choose another with --port")

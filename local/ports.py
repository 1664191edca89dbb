"""TCP ports on 127.0.0.1."""

import random
import socket

from local.errors import LocalError

HOST = "127.0.0.1"

# Below the ranges for outgoing connections of Linux and macOS: no client's end can sit on the port
# of a server that is being started again.
_RANGE = range(20_000, 32_000)


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


def free_port() -> int:
    """A port that nothing listens on now."""
    for port in random.sample(_RANGE, 100):
        if not _answers(port) and _refusal(port) is None:
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

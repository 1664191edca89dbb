"""HTTP over a socket, for unchanged targets, missing bodies and early answers."""

import socket
import time
from contextlib import closing
from urllib.parse import urlsplit

_LIMIT = 10


def connect(port: int) -> socket.socket:
    """Connect to a port of this machine."""
    return socket.create_connection(("127.0.0.1", port), timeout=_LIMIT)


def announce(path: str, size: int, *headers: str) -> bytes:
    """Return the head of a POST request with this Content-Length."""
    lines = [f"POST {path} HTTP/1.1", "Host: localhost", f"Content-Length: {size}", *headers]
    return "\r\n".join([*lines, "", ""]).encode()


def early_answer(port: int, request: bytes) -> tuple[str, float]:
    """Send a partial request; return the answer up to its last chunk, and its seconds."""
    with closing(connect(port)) as connection:
        started = time.monotonic()
        connection.sendall(request)
        answer = b""
        while not answer.endswith(b"\r\n0\r\n\r\n") and (piece := connection.recv(65536)):
            answer += piece
        return answer.decode(), time.monotonic() - started


def ask(url: str, target: str, *headers: str, method: str = "GET") -> str:
    """Return the whole answer to a request. `target` is sent unchanged."""
    lines = (
        f"{method} {target} HTTP/1.1",
        "Host: localhost",
        "Connection: close",
        *headers,
        "",
        "",
    )
    answer, _ = early_answer(urlsplit(url).port or 80, "\r\n".join(lines).encode("latin-1"))
    return answer

"""HTTP by hand: bodies that do not come, and answers that come early."""

import socket
import time
from contextlib import closing

_LIMIT = 10


def connect(port: int) -> socket.socket:
    """To the proxy."""
    return socket.create_connection(("127.0.0.1", port), timeout=_LIMIT)


def announce(path: str, size: int, *headers: str) -> bytes:
    """The head of a request whose body has so many bytes."""
    lines = [f"POST {path} HTTP/1.1", "Host: localhost", f"Content-Length: {size}", *headers]
    return "\r\n".join([*lines, "", ""]).encode()


def early_answer(port: int, request: bytes) -> tuple[str, float]:
    """What comes back before more is sent, up to its last chunk, and after how many seconds."""
    with closing(connect(port)) as connection:
        started = time.monotonic()
        connection.sendall(request)
        answer = b""
        while not answer.endswith(b"\r\n0\r\n\r\n") and (piece := connection.recv(65536)):
            answer += piece
        return answer.decode(), time.monotonic() - started

"""A socket from which small answers leave in one piece.

gunicorn sends an answer's head and its body apart. A process that is killed in between has sent a
head without a body, which a proxy has passed on by then and cannot ask another replica for again.
"""

import socket
from typing import Any, Final

_MOST: Final = 64 * 1024
"""Bytes that are held back; larger answers leave in pieces."""


class BufferedSocket:
    """A socket that sends later. Whatever else is asked of it has all sent before."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._held = bytearray()

    def sendall(self, data: bytes) -> None:
        """Send with what comes after it."""
        self._held += data
        if len(self._held) > _MOST:
            self.flush()

    def flush(self) -> None:
        """Send what is held back."""
        held, self._held = self._held, bytearray()
        if held:
            self._sock.sendall(held)

    def __getattr__(self, name: str) -> Any:
        self.flush()
        return getattr(self._sock, name)

"""Small responses in one write, and streams without delay.

gunicorn writes the head of a response and its body one after the other. A process that is killed in
between has sent a head without a body. A proxy has passed that head on by then, and cannot send the
request to another replica.

A stream is not small: each of its blocks is sent when it comes. Its head has no Content-Length.
"""

import socket
from typing import Any, Final

from gunicorn.workers.gthread import TConn, ThreadWorker

_LIMIT: Final = 64 * 1024
"""Bytes that are buffered; larger responses need several writes."""
_LENGTH: Final = b"\r\ncontent-length:"


class BufferedSocket:
    """A socket that buffers its writes. Every other access to the socket flushes them first."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._buffer = bytearray()
        self._is_stream: bool | None = None

    def sendall(self, data: bytes) -> None:
        """Buffer the data; send the buffer when it exceeds the limit, or is part of a stream."""
        if self._is_stream is None:  # the data are the head
            self._is_stream = _LENGTH not in data.lower()
        self._buffer += data
        if self._is_stream or len(self._buffer) > _LIMIT:
            self.flush()

    def flush(self) -> None:
        buffer, self._buffer = self._buffer, bytearray()
        if buffer:
            self._sock.sendall(buffer)

    def __getattr__(self, name: str) -> Any:
        self.flush()
        return getattr(self._sock, name)


class BufferedResponseWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """A worker that writes responses through a buffered socket."""

    def handle_request(self, req: Any, conn: TConn) -> bool:
        """Answer the request and return whether the connection is kept."""
        sock, conn.sock = conn.sock, BufferedSocket(conn.sock)
        try:
            is_kept: bool = super().handle_request(req, conn)
            conn.sock.flush()
        finally:
            conn.sock = sock
        return is_kept

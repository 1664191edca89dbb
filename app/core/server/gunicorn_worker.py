"""gunicorn's threads, one of which is kept for health checks.

They are answered while every other thread is busy: who watches this process must not take many
requests for its death.
"""

import socket
import struct
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import Any, Final, cast

from gunicorn.http.errors import ParseException
from gunicorn.util import close_graceful
from gunicorn.workers.gthread import TConn, ThreadWorker

from core.server.buffered_socket import BufferedSocket

_HEALTH: Final = b"GET /healthz/"
_CLOSERS: Final = 32


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """Small answers leave in one piece, too."""

    def init_process(self) -> None:
        """In the new process."""
        self._for_health = ThreadPoolExecutor(1, thread_name_prefix="health")
        self._for_closing = ThreadPoolExecutor(_CLOSERS, thread_name_prefix="closing")
        super().init_process()

    def enqueue_req(self, conn: TConn) -> None:
        """Have the connection's next request answered by a thread."""
        if not is_health_check(conn.sock):
            super().enqueue_req(conn)
            return
        future = self._for_health.submit(self.handle, conn)
        future.add_done_callback(lambda done: self._later(conn, done))

    def _later(self, conn: TConn, done: Future[Any]) -> None:
        self.method_queue.defer(self.finish_request, conn, done)

    def finish_request(self, conn: TConn, done: Future[Any]) -> None:
        """Keep the connection, or end it."""
        finish = super().finish_request
        if done.cancelled() or done.exception() or done.result():
            finish(conn, done)
            return
        with suppress(OSError):  # the client is gone
            conn.sock.shutdown(socket.SHUT_WR)
        future = self._for_closing.submit(close_gracefully, conn.sock)
        future.add_done_callback(lambda _: self.method_queue.defer(finish, conn, done))

    def handle_request(self, req: Any, conn: TConn) -> bool:
        """Whether the connection is kept."""
        sock, conn.sock = conn.sock, BufferedSocket(conn.sock)
        try:
            is_kept: bool = super().handle_request(req, conn)
            conn.sock.flush()
        finally:
            conn.sock = sock
        return is_kept

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: Exception) -> None:
        """Gunicorn quotes what it cannot read, in its log and its answer: it may be a token."""
        super().handle_error(req, client, addr, without_quote(exc))


def without_quote(error: Exception) -> Exception:
    """One that is treated in the same way, and only says its kind."""
    if not isinstance(error, ParseException):
        return error
    kind = type(error)
    quiet = type(kind.__name__, (kind,), {"__str__": lambda _: kind.__name__})
    return cast("Exception", Exception.__new__(quiet))


def close_gracefully(sock: socket.socket) -> None:
    """Wait some seconds for the client to end its side, so that it reads all of its answer.

    gunicorn does this in the thread that accepts connections: clients that do not hang up would
    keep everybody else waiting. When it does it again, nothing is left to wait for.
    """
    with suppress(OSError):  # the client is gone
        close_graceful(sock.dup())
        sock.shutdown(socket.SHUT_RD)


def is_health_check(sock: socket.socket) -> bool:
    """Whether what has arrived begins so; nothing is taken from the socket."""
    try:
        return sock.recv(len(_HEALTH), socket.MSG_PEEK | socket.MSG_DONTWAIT) == _HEALTH
    except OSError:  # nothing has arrived, or the client is gone
        return False


def set_socket_timeouts(listener: socket.socket, *, seconds: int) -> None:
    """Who sends nothing of a request that has begun, or takes nothing of an answer, is left.

    Connections inherit it from their listener; gunicorn itself would keep a thread for ever.
    """
    limit = struct.pack("ll", seconds, 0)
    for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
        listener.setsockopt(socket.SOL_SOCKET, option, limit)


def accept_with_data(listener: socket.socket, *, seconds: int) -> None:
    """Connections are accepted when their request has begun to arrive; at the latest after that."""
    if hasattr(socket, "TCP_DEFER_ACCEPT") and listener.family != socket.AF_UNIX:
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, seconds)

"""Threads that close connections.

gunicorn waits up to two seconds for the client to close its side, so that the client can read the
whole response. It waits in the thread that accepts connections: forty clients that send a request
and stay connected would delay the next request by 18 s.
"""

import socket
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import Any, Final

from gunicorn.util import close_graceful
from gunicorn.workers.gthread import TConn, ThreadWorker

_THREADS: Final = 32


class ClosingThreadsWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """A worker that closes connections in separate threads."""

    def init_process(self) -> None:
        self._closing_pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="closing")
        super().init_process()

    def finish_request(self, conn: TConn, done: Future[Any]) -> None:
        """Keep the connection, or pass it to a thread that closes it."""
        finish = super().finish_request
        if done.cancelled() or done.exception() or done.result():
            finish(conn, done)
            return
        with suppress(OSError):  # the client has disconnected
            conn.sock.shutdown(socket.SHUT_WR)
        future = self._closing_pool.submit(close_gracefully, conn.sock)
        future.add_done_callback(lambda _: self.method_queue.defer(finish, conn, done))


def close_gracefully(sock: socket.socket) -> None:
    """Wait up to two seconds for the client to close its side.

    gunicorn then closes the socket itself and has nothing left to wait for.
    """
    with suppress(OSError):  # the client has disconnected
        close_graceful(sock.dup())
        sock.shutdown(socket.SHUT_RD)

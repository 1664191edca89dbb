"""A thread for health checks.

gunicorn's threads take requests in the order of arrival. While logins keep all of them busy, a
proxy or an orchestrator would take a late health check for the death of this process (ADR 24).
"""

import re
import socket
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Final

from gunicorn.workers.gthread import TConn, ThreadWorker

_HEALTH_CHECK: Final = b"GET /healthz/"
_END: Final = b"\r\n\r\n"
_WITH_BODY: Final = re.compile(rb"\r\n(content-length|transfer-encoding)[ \t]*:", re.IGNORECASE)
_LIMIT: Final = 8192
"""Bytes of a health check; a longer one waits with the other requests."""


class HealthThreadWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """A worker that answers health checks in a separate thread."""

    def init_process(self) -> None:
        self._health_pool = ThreadPoolExecutor(1, thread_name_prefix="health")
        super().init_process()

    def enqueue_req(self, conn: TConn) -> None:
        """Pass the connection's next request to a thread."""
        if not is_health_check(conn.sock):
            super().enqueue_req(conn)
            return
        future = self._health_pool.submit(self.handle, conn)
        future.add_done_callback(lambda done: self._finish_later(conn, done))

    def _finish_later(self, conn: TConn, done: Future[Any]) -> None:
        self.method_queue.defer(self.finish_request, conn, done)


def is_health_check(sock: socket.socket) -> bool:
    """Return whether a complete health check has arrived. The bytes stay in the socket.

    The one thread would wait for the rest of an incomplete one, or for its body.
    """
    try:
        arrived = sock.recv(_LIMIT, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except OSError:  # nothing has arrived, or the client has disconnected
        return False
    is_complete = arrived.startswith(_HEALTH_CHECK) and arrived.endswith(_END)
    return is_complete and not _WITH_BODY.search(arrived)

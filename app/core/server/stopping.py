"""The end of a web process.

When gunicorn stops, it accepts no more connections, but its socket listens until the last request
has ended. The kernel completes further connections in the meantime and resets them at the end. A
proxy may not repeat a POST that it has sent on such a connection, so the client would get a 502
(ADR 44).
"""

import socket

from gunicorn.workers.gthread import ThreadWorker


class LosslessStopWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """A worker that answers each connection that the kernel has completed, and refuses others.

    A proxy passes a request to another process if its connection is refused.
    """

    def set_accept_enabled(self, enabled: bool) -> None:  # gunicorn's signature
        """Accept connections, or pause; at the end also close the listening sockets."""
        super().set_accept_enabled(enabled)
        if not self.alive:
            for listener in self.sockets:
                self._accept_rest(listener)
                listener.close()

    def _accept_rest(self, listener: socket.socket) -> None:
        before = -1
        while before != self.nr_conns:
            before = self.nr_conns
            self.accept(listener)

"""Options of the listening sockets, which connections inherit.

gunicorn has no timeout for a client that stops in the middle of a request, or that stops reading
the response: such a client would occupy a thread forever.
"""

import socket
import struct


def set_socket_timeouts(listener: socket.socket, *, seconds: int) -> None:
    """End a read or a write on a connection if no byte moves for `seconds`."""
    timeout = struct.pack("ll", seconds, 0)
    for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
        listener.setsockopt(socket.SOL_SOCKET, option, timeout)


def defer_accept(listener: socket.socket, *, seconds: int) -> None:
    """Accept a connection when its first bytes arrive, or after `seconds`.

    health_thread.py looks at these bytes when gunicorn accepts the connection.
    """
    if hasattr(socket, "TCP_DEFER_ACCEPT") and listener.family != socket.AF_UNIX:
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, seconds)

"""Timeouts that connections inherit from their listener."""

import socket

import pytest

from core.server.listeners import set_socket_timeouts


def test_a_client_that_neither_sends_nor_receives_holds_no_thread() -> None:
    """Fails when a connection does not inherit the timeouts, or one of them is not set."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        set_socket_timeouts(listener, seconds=1)
        with socket.create_connection(listener.getsockname()):
            connection, _ = listener.accept()
            with connection:
                with pytest.raises(BlockingIOError):
                    connection.recv(1)
                with pytest.raises(BlockingIOError):
                    connection.sendall(bytes(100_000_000))

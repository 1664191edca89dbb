"""Recognition of health checks, which have a thread of their own."""

import socket

import pytest

from core.server.health_thread import is_health_check


@pytest.mark.parametrize(
    ("arrived", "expected"),
    [
        (b"GET /healthz/ready HTTP/1.1\r\n\r\n", True),
        (b"GET /healthz/live HTTP/1.1\r\nHost: a\r\nUser-Agent: b\r\n\r\n", True),
        (b"GET /api/v1/users/ HTTP/1.1\r\n\r\n", False),
        (b"GET /heal", False),
        (b"GET /healthz/l", False),
        (b"GET /healthz/live HTTP/1.1\r\nHost: a\r\n", False),
        (b"GET /healthz/live HTTP/1.1\r\nContent-Length: 9\r\n\r\n", False),
        (b"GET /healthz/live HTTP/1.1\r\nTRANSFER-ENCODING : chunked\r\n\r\n", False),
        (b"GET /healthz/live HTTP/1.1\r\nX: " + bytes(8192) + b"\r\n\r\n", False),
        (b"", False),
    ],
)
def test_only_a_complete_health_check_is_recognized(arrived: bytes, expected: bool) -> None:
    client, server = socket.socketpair()
    with client, server:
        client.sendall(arrived)
        assert is_health_check(server) is expected
        client.close()
        assert server.recv(10_000) == arrived  # the bytes are still in the socket


def test_a_closed_connection_is_no_health_check() -> None:
    client, server = socket.socketpair()
    client.close()
    with server:
        assert not is_health_check(server)

"""What gunicorn does otherwise here: health checks have a thread, and errors quote nobody."""

import socket

import pytest
from gunicorn.http import errors

from core.server.gunicorn_worker import is_health_check, set_socket_timeouts, without_quote


@pytest.mark.parametrize(
    ("arrived", "expected"),
    [
        (b"GET /healthz/ready HTTP/1.1\r\n", True),
        (b"GET /healthz/live HTTP/1.1\r\n", True),
        (b"GET /api/users/ HTTP/1.1\r\n", False),
        (b"GET /heal", False),
        (b"", False),
    ],
)
def test_what_has_arrived(arrived: bytes, expected: bool) -> None:
    client, server = socket.socketpair()
    with client, server:
        client.sendall(arrived)
        assert is_health_check(server) is expected
        client.close()
        assert server.recv(100) == arrived  # nothing was taken from it


def test_a_client_that_is_gone() -> None:
    client, server = socket.socketpair()
    client.close()
    with server:
        assert not is_health_check(server)


@pytest.mark.parametrize("kind", errors.ParseException.__subclasses__(), ids=lambda k: k.__name__)
def test_what_cannot_be_read_is_not_quoted(kind: type[errors.ParseException]) -> None:
    """And still gets the status that gunicorn gives to its kind."""
    quiet = without_quote(Exception.__new__(kind, "a token"))
    assert isinstance(quiet, kind)
    assert str(quiet) == kind.__name__


def test_of_our_own_errors_nothing_is_changed() -> None:
    error = ValueError("x")
    assert without_quote(error) is error


def test_neither_silence_nor_an_answer_that_is_not_taken_holds_a_thread() -> None:
    """Fails when a connection does not inherit the limits, or one of them is not set."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        set_socket_timeouts(listener, seconds=1)
        with socket.create_connection(listener.getsockname()):
            connection, _ = listener.accept()
            with connection:
                with pytest.raises(BlockingIOError):
                    connection.recv(1)
                with pytest.raises(BlockingIOError):
                    connection.sendall(bytes(100_000_000))

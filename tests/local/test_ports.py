"""Which ports can be used."""

import socket
from collections.abc import Iterator

import pytest

from local import ports
from local.errors import LocalError
from local.ports import HOST, free_port, require_free


@pytest.fixture(params=[HOST, "0.0.0.0"])  # noqa: S104
def taken(request: pytest.FixtureRequest) -> Iterator[int]:
    """A server listens there."""
    with socket.create_server((request.param, 0)) as server:
        yield server.getsockname()[1]


def test_a_free_port_can_be_listened_on() -> None:
    port = free_port()
    require_free(port)
    with socket.create_server((HOST, port)):
        pass


def test_a_port_of_a_server_is_in_use(taken: int) -> None:
    with pytest.raises(LocalError, match=f"port {taken} is in use; choose another with --port"):
        require_free(taken)


def test_a_port_that_is_only_reserved_is_in_use_too() -> None:
    with socket.socket() as holder:
        holder.bind((HOST, 0))
        with pytest.raises(LocalError, match="is in use"):
            require_free(holder.getsockname()[1])


def test_a_port_for_root_alone_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    port = free_port()
    monkeypatch.setattr(ports, "_refusal", lambda _port: PermissionError())
    with pytest.raises(LocalError, match=f"port {port} needs more rights"):
        require_free(port)


def test_no_free_port_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "_answers", lambda _port: True)
    with pytest.raises(LocalError, match="found no free port"):
        free_port()

"""The choice of free ports."""

import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

from local import ports
from local.errors import LocalError
from local.ports import HOST, free_port, require_free
from local.site import ROOT


@pytest.fixture(params=[HOST, "0.0.0.0"])  # noqa: S104
def taken(request: pytest.FixtureRequest) -> Iterator[int]:
    """Return the port of a server that listens."""
    with socket.create_server((request.param, 0)) as server:
        yield server.getsockname()[1]


def test_a_free_port_can_be_listened_on() -> None:
    port = free_port()
    require_free(port)
    with socket.create_server((HOST, port)):
        pass


def test_no_port_is_returned_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not to this process and not to another, even if no server listens on it yet."""
    mine = free_port()
    assert _port_of_another_process(mine).startswith("found no free port")
    monkeypatch.setattr(ports, "_RANGE", [mine] * 100)
    with pytest.raises(LocalError, match="found no free port"):
        free_port()


def test_a_port_is_free_again_after_the_end_of_its_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    port = int(_port_of_another_process())
    monkeypatch.setattr(ports, "_RANGE", [port] * 100)
    assert free_port() == port


def _port_of_another_process(only: int | None = None) -> str:
    program = f"""
from local import ports
ports._RANGE = [{only}] * 100 if {only} else ports._RANGE
try:
    print(ports.free_port())
except ports.LocalError as error:
    print(error)
"""
    command = [sys.executable, "-c", program]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout[:-1]


def test_a_port_of_a_server_is_in_use(taken: int) -> None:
    with pytest.raises(LocalError, match=f"port {taken} is in use; choose another with --port"):
        require_free(taken)


def test_a_port_that_is_bound_but_not_listening_is_in_use() -> None:
    with socket.socket() as holder:
        holder.bind((HOST, 0))
        with pytest.raises(LocalError, match="is in use"):
            require_free(holder.getsockname()[1])


def test_the_error_says_that_a_port_needs_the_rights_of_root(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    port = free_port()
    monkeypatch.setattr(ports, "_bind_error", lambda _port: PermissionError())
    with pytest.raises(LocalError, match=f"port {port} needs the rights of root"):
        require_free(port)


def test_no_free_port_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "_answers", lambda _port: True)
    with pytest.raises(LocalError, match="found no free port"):
        free_port()

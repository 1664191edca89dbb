"""Which ports can be used."""

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
    """A server listens there."""
    with socket.create_server((request.param, 0)) as server:
        yield server.getsockname()[1]


def test_a_free_port_can_be_listened_on() -> None:
    port = free_port()
    require_free(port)
    with socket.create_server((HOST, port)):
        pass


def test_no_port_is_given_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither to this process nor to another, though nothing listens there yet."""
    mine = free_port()
    assert _given_to_another_process(mine) == "found no free port on 127.0.0.1"
    monkeypatch.setattr(ports, "_RANGE", [mine] * 100)
    with pytest.raises(LocalError, match="found no free port"):
        free_port()


def test_a_port_is_given_again_after_the_end_of_its_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    port = int(_given_to_another_process())
    monkeypatch.setattr(ports, "_RANGE", [port] * 100)
    assert free_port() == port


def _given_to_another_process(only: int | None = None) -> str:
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

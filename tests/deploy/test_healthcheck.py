"""deploy/healthcheck.py: what each role has to show."""

import os
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from deploy.healthcheck import SILENCE, fault, heartbeat_fault


class Server(HTTPServer):
    """Answers every question with one status."""

    status = 200


class Handler(BaseHTTPRequestHandler):
    """Shows the path that was asked."""

    server: Server

    def do_GET(self) -> None:
        self.send_response(self.server.status)
        self.end_headers()
        self.wfile.write(self.path.encode())

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    with Server(("127.0.0.1", 0), Handler) as server:
        monkeypatch.setenv("WEB_BIND", f"0.0.0.0:{server.server_port}")
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def test_web_is_well_when_it_is_alive(server: Server) -> None:
    assert fault("web") == ""


def test_web_shows_what_answers_with_an_error(server: Server) -> None:
    server.status = 503
    assert fault("web") == "/healthz/live"


def test_web_that_does_not_listen_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEB_BIND", "0.0.0.0:1")
    assert fault("web").startswith("127.0.0.1:1 does not answer: ")


@pytest.mark.parametrize("role", ["worker", "beat"])
def test_others_must_have_given_a_sign(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, role: str
) -> None:
    sign = tmp_path / "heartbeat"
    monkeypatch.setenv("HEARTBEAT_FILE", str(sign))
    assert "does not exist" in fault(role)
    sign.touch()
    assert fault(role) == ""
    long_ago = time.time() - SILENCE - 1
    os.utime(sign, (long_ago, long_ago))
    assert fault(role) == f"no sign of life for {SILENCE + 1} s"


def test_silence_has_a_bound(tmp_path: Path) -> None:
    sign = tmp_path / "heartbeat"
    sign.touch()
    assert heartbeat_fault(sign, now=sign.stat().st_mtime + SILENCE) == ""
    assert heartbeat_fault(sign, now=sign.stat().st_mtime + SILENCE + 1)


def test_a_command_has_nothing_to_show() -> None:
    assert fault("manage") == ""

"""deploy/healthcheck.py: the check of each role."""

import os
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from deploy.healthcheck import SILENCE, fault, heartbeat_fault


class Server(HTTPServer):
    """A server that answers every request with one status."""

    status = 200


class Handler(BaseHTTPRequestHandler):
    """The handler that sends the requested path as the body."""

    server: Server

    def do_GET(self) -> None:
        self.send_response(self.server.status)
        self.end_headers()
        self.wfile.write(self.path.encode())

    def log_message(self, *_: object) -> None:
        """Log no requests."""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    with Server(("127.0.0.1", 0), Handler) as server:
        monkeypatch.setenv("WEB_BIND", f"0.0.0.0:{server.server_port}")
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def test_a_web_server_that_answers_is_healthy(server: Server) -> None:
    assert fault("web") == ""


def test_the_body_of_an_error_is_the_reason(server: Server) -> None:
    server.status = 503
    assert fault("web") == "/healthz/live"


def test_a_web_server_that_does_not_listen_is_unhealthy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEB_BIND", "0.0.0.0:1")
    assert fault("web").startswith("127.0.0.1:1 does not answer: ")


@pytest.mark.parametrize("role", ["worker", "beat"])
def test_workers_and_beat_need_a_recent_heartbeat(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, role: str
) -> None:
    heartbeat = tmp_path / "heartbeat"
    monkeypatch.setenv("HEARTBEAT_FILE", str(heartbeat))
    assert "does not exist" in fault(role)
    heartbeat.touch()
    assert fault(role) == ""
    long_ago = time.time() - SILENCE - 1
    os.utime(heartbeat, (long_ago, long_ago))
    assert fault(role) == f"no sign of life for {SILENCE + 1} s"


def test_a_heartbeat_is_too_old_after_the_limit(tmp_path: Path) -> None:
    heartbeat = tmp_path / "heartbeat"
    heartbeat.touch()
    assert heartbeat_fault(heartbeat, now=heartbeat.stat().st_mtime + SILENCE) == ""
    assert heartbeat_fault(heartbeat, now=heartbeat.stat().st_mtime + SILENCE + 1)


def test_a_management_command_is_always_healthy() -> None:
    assert fault("manage") == ""

"""A receiver of webhooks on loopback."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest


class Receiver(ThreadingHTTPServer):
    """Keeps the headers and bodies of the events, and answers with `status`."""

    daemon_threads = True

    def __init__(self, port: int = 0, host: str = "127.0.0.1") -> None:
        super().__init__((host, port), _Handler)
        self.events: list[tuple[dict[str, str], bytes]] = []
        self.status = 204
        self.headers: dict[str, str] = {}
        self.before_answer: Callable[[], Any] = lambda: None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hook"

    @property
    def ids(self) -> list[str]:
        """The `webhook-id` of each request, in order."""
        return [headers["webhook-id"] for headers, _ in self.events]


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.events.append(({k.lower(): v for k, v in self.headers.items()}, body))
        self.server.before_answer()
        self.send_response(self.server.status)
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Print nothing."""


@contextmanager
def receiving(
    port: int = 0, *, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None
) -> Iterator[Receiver]:
    """Run a receiver."""
    with Receiver(port, host) as receiver:
        if tls is not None:
            receiver.socket = tls.wrap_socket(receiver.socket, server_side=True)
        thread = threading.Thread(target=receiver.serve_forever, args=[0.05])
        thread.start()
        try:
            yield receiver
        finally:
            receiver.shutdown()
            thread.join()


def answer_with(monkeypatch: pytest.MonkeyPatch, *answers: str, port: int) -> list[str]:
    """Let names in `.example` have one IP address after the other. Return the looked-up names."""
    real, names, left = socket.getaddrinfo, [], list(answers)

    def getaddrinfo(host: Any, *args: Any, **options: Any) -> Any:
        if not str(host).endswith((".example", ".example.")):
            return real(host, *args, **options)
        names.append(host)
        address = left.pop(0) if len(left) > 1 else left[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return names

"""A proxy before a store, which throttles, breaks answers off and loses answers."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Final
from urllib.parse import urlsplit

from local.ports import HOST

SLOW_DOWN: Final = b"""\
<?xml version="1.0" encoding="UTF-8"?>
<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>"""

FAULTS: Final = ("throttled", "broken off", "lost")
"""A 503; half of an answer; no answer to a request that the store has carried out."""


class StoreProxy(ThreadingHTTPServer):
    """The proxy. `seen` counts the faults that it has caused."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, store_url: str, choose: Callable[[], str]) -> None:
        super().__init__((HOST, 0), _Handler)
        self.store_url = store_url
        self.choose = choose
        self.seen = Counter[str]()

    @property
    def url(self) -> str:
        """The URL of the proxy."""
        return f"http://{HOST}:{self.server_port}"


@contextmanager
def faulty(store_url: str, choose: Callable[[], str]) -> Iterator[StoreProxy]:
    """Run a proxy before the store. `choose` returns one of FAULTS for a request, or nothing."""
    with StoreProxy(store_url, choose) as proxy:
        Thread(target=proxy.serve_forever, daemon=True).start()
        yield proxy
        proxy.shutdown()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: StoreProxy

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        fault = self.server.choose()
        if fault:
            self.server.seen[fault] += 1
        if fault == "throttled":
            self._answer(503, [("Content-Type", "application/xml")], SLOW_DOWN)
            return
        status, headers, content = self._ask(body)
        if fault == "lost":
            self.close_connection = True
        else:
            self._answer(status, headers, content, is_whole=fault != "broken off")

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = _pass_on  # noqa: N815  (http.server's names)

    def _ask(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        """Pass the request on. Its header Host is signed, so it stays."""
        store = urlsplit(self.server.store_url)
        connection = HTTPConnection(str(store.hostname), store.port)
        connection.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            connection.putheader(name, value)
        connection.endheaders(body)
        answer: HTTPResponse = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer.status, answer.getheaders(), content

    def _answer(
        self, status: int, headers: list[tuple[str, str]], content: bytes, *, is_whole: bool = True
    ) -> None:
        self.send_response_only(status)
        names = set[str]()
        for name, value in headers:
            if name.lower() not in {"transfer-encoding", "connection"}:
                self.send_header(name, value)
                names.add(name.lower())
        if "content-length" not in names:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content if is_whole else content[: len(content) // 2])
        self.close_connection = not is_whole

    def log_message(self, *_: object) -> None:
        """Log nothing."""

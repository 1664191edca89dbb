"""Applications behind the proxy that answer with a status and nothing else."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

from local.ports import HOST


@contextmanager
def answering(statuses: Mapping[str, HTTPStatus]) -> Iterator[str]:
    """Run an application that has a status for each path that begins as given; return its URL.

    Other paths have the status 204, so the application is ready.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = (status for path, status in statuses.items() if self.path.startswith(path))
            self.send_response(next(found, HTTPStatus.NO_CONTENT))
            self.send_header("Content-Length", "0")
            self.end_headers()

    with HTTPServer((HOST, 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://{HOST}:{server.server_port}"
        finally:
            server.shutdown()

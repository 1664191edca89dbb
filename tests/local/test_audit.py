"""The audit fails if the database of vulnerabilities cannot be asked."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from local import audit

ANSWERS = {
    "/known": (200, b'{"vulnerabilities": []}'),
    "/other": (200, b"{}"),
    "/unavailable": (503, b""),
}


@pytest.fixture
def server() -> Iterator[str]:
    """A server that sends the answers above."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = ANSWERS[self.path]
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/known", ""),
        ("/other", "its answer has no field `vulnerabilities`"),
        ("/unavailable", "Service Unavailable"),
    ],
)
def test_the_reason_names_why_the_database_is_unavailable(
    server: str, path: str, reason: str
) -> None:
    assert audit.unavailable_reason(f"{server}{path}") == reason


def test_an_unavailable_database_is_reported_and_fails_the_audit(
    closed_port: int, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"http://127.0.0.1:{closed_port}/"
    assert audit.main(["requirements.txt"], url=url) == audit.UNAVAILABLE
    output = capsys.readouterr().out
    assert output.startswith(f"audit: nothing was checked, because {url} is unavailable: ")
    assert "refused" in output


def test_a_missing_pip_audit_fails_the_audit(server: str) -> None:
    assert audit.main(["requirements.txt"], url=f"{server}/known") == 1

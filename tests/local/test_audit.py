"""Where the database of vulnerabilities cannot be asked, the audit is not green."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from local import audit

ANSWERS = {"/known": (200, b'{"vulnerabilities": []}'), "/other": (200, b"{}"), "/away": (503, b"")}


@pytest.fixture
def server() -> Iterator[str]:
    """Gives the answers above."""

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
    ("path", "problem"),
    [
        ("/known", ""),
        ("/other", "it answers without vulnerabilities"),
        ("/away", "Service Unavailable"),
    ],
)
def test_whether_it_can_be_asked(server: str, path: str, problem: str) -> None:
    assert audit.problem(f"{server}{path}") == problem


def test_one_that_is_away_is_said_and_is_no_success(
    closed_port: int, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"http://127.0.0.1:{closed_port}/"
    assert audit.main(["requirements.txt"], url=url) == audit.NOT_ASKED
    said = capsys.readouterr().out
    assert said.startswith(f"audit: NOT DONE, nothing was checked: {url} cannot be asked: ")
    assert "refused" in said


def test_without_pip_audit_it_is_no_success_either(server: str) -> None:
    assert audit.main(["requirements.txt"], url=f"{server}/known") == 1

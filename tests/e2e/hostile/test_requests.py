"""Malformed, slow and huge requests to gunicorn: each gets a 4xx and frees its thread."""

import socket
from contextlib import ExitStack

import httpx
import psutil
import pytest

from local.stack import Stack
from local.waiting import wait_until
from tests.compose.raw import announce, connect, early_answer
from tests.faults.api import UPLOAD, Api

pytestmark = pytest.mark.xdist_group("stack")
LOGIN = "/api/v1/auth/login/"
JSON = "Content-Type: application/json"
FORM = "Content-Type: multipart/form-data; boundary=b"
PART = (
    b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\nemail\na@x.com\n'
)
LIMIT = 2_621_440
"""The largest JSON body in bytes."""


def head(line: str, *headers: str) -> bytes:
    """Return a request head with this first line, which closes the connection."""
    return "\r\n".join([line, "Host: localhost", "Connection: close", *headers, "", ""]).encode()


CHUNKED = head(f"POST {LOGIN} HTTP/1.1", JSON, "Transfer-Encoding: chunked")
MALFORMED = {
    "a URL of 9 KB": (head(f"GET /{'a' * 9000} HTTP/1.1"), 414),
    "a query of 9 KB": (head(f"GET /api/?{'a' * 9000} HTTP/1.1"), 414),
    "a header of 9 KB": (head("GET /api/ HTTP/1.1", f"X-Large: {'a' * 9000}"), 431),
    "a token of 9 KB": (head("GET /api/ HTTP/1.1", f"Authorization: Bearer {'a' * 9000}"), 431),
    "a content type of 9 KB": (head("GET /api/ HTTP/1.1", f"Content-Type: {'a' * 9000}"), 431),
    "2,100 headers": (head("GET /api/ HTTP/1.1", *["X-Many: x"] * 2100), 431),
    "a header without a colon": (head("GET /api/ HTTP/1.1", "nonsense"), 400),
    "a header with a NUL": (head("GET /api/ HTTP/1.1", "X-Nul: a\0b"), 400),
    "a header over two lines": (head("GET /api/ HTTP/1.1", "X-Two: a\r\n b"), 400),
    "bytes of a TLS handshake": (b"\x16\x03\x01\x02\r\n\r\n", 400),
    "a request line of one word": (head("GET"), 400),
    "an unknown HTTP version": (head("GET /api/ HTTP/9.9"), 400),
    "two hosts": (head("GET /api/ HTTP/1.1", "Host: localhost"), 400),
    "an unknown host": (head("GET /api/ HTTP/1.1").replace(b"localhost", b"evil.example"), 400),
    "a content length in words": (head(f"POST {LOGIN} HTTP/1.1", JSON, "Content-Length: ten"), 400),
    "a negative content length": (head(f"POST {LOGIN} HTTP/1.1", JSON, "Content-Length: -1"), 400),
    "a content length of 5,000 digits": (
        head(f"POST {LOGIN} HTTP/1.1", JSON, f"Content-Length: {'9' * 5000}"), 400,
    ),
    "two content lengths": (
        head(f"POST {LOGIN} HTTP/1.1", JSON, "Content-Length: 2", "Content-Length: 3"), 400,
    ),
    "a content length and chunks": (
        head(f"POST {LOGIN} HTTP/1.1", JSON, "Content-Length: 2", "Transfer-Encoding: chunked")
        + b"0\r\n\r\n", 400,
    ),
    "a body in chunks": (CHUNKED + b"2\r\n{}\r\n0\r\n\r\n", 411),
    "chunks with an invalid size": (CHUNKED + b"zz\r\n{}\r\n", 411),
    "an unknown transfer encoding": (
        head(f"POST {LOGIN} HTTP/1.1", JSON, "Transfer-Encoding: compress"), 400,
    ),
    "a NUL in the URL": (head("GET /api/v1/users/%00/ HTTP/1.1"), 404),
    "a URL that is not UTF-8": (head("GET /%ff%fe HTTP/1.1"), 404),
    "an asterisk": (head("OPTIONS * HTTP/1.1"), 404),
    "an unknown method": (head("BREW /api/ HTTP/1.1"), 405),
}  # fmt: skip


@pytest.mark.parametrize(("request_", "status"), MALFORMED.values(), ids=MALFORMED.keys())
def test_a_malformed_request_is_refused(stack: Stack, request_: bytes, status: int) -> None:
    answer, seconds = early_answer(stack.site.web_port, request_)
    assert answer.startswith(f"HTTP/1.1 {status} "), answer[:200]
    assert seconds < 5


def whole_answer(stack: Stack, request: bytes) -> str:
    """Return the answer to a client that shuts down its sending side."""
    with connect(stack.site.web_port) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        return remaining_bytes(connection).decode()


@pytest.mark.parametrize(
    ("path", "body", "length", "status", "words"),
    [
        (LOGIN, b'{"email": "a"', 1000, 400, "not JSON"),
        (LOGIN, b'{"email": "a"}', 5, 400, "not JSON"),
        (LOGIN, b"", 1000, 400, "not JSON"),
        (UPLOAD, PART, 1_000_000_000, 400, "end the form with its boundary"),
        (UPLOAD, PART + b"\r\n--b--\r\n", 50, 400, "end the form with its boundary"),
        (UPLOAD, PART + b"\r\n--b--\r\n", 1_000_000, 202, "task_id"),
        (UPLOAD, b"", 2_000_000_000, 413, "larger than 1,200,000,000 bytes"),
    ],
)
def test_a_wrong_content_length_is_answered(
    stack: Stack, api: Api, path: str, body: bytes, length: int, status: int, words: str
) -> None:
    kind = FORM if path == UPLOAD else JSON
    extra = (kind, f"Authorization: {api.token}", "Connection: close")
    answer = whole_answer(stack, announce(path, length, *extra) + body)
    assert answer.startswith(f"HTTP/1.1 {status} "), answer[:200]
    assert words in answer


def test_a_json_body_of_fifty_megabytes_is_refused_before_it_arrives(stack: Stack) -> None:
    request = announce(LOGIN, 50_000_000, JSON, "Connection: close") + b" " * (LIMIT + 1)
    answer, seconds = early_answer(stack.site.web_port, request)
    assert answer.startswith("HTTP/1.1 413 ")
    assert "at most 2,621,440 bytes" in answer
    assert seconds < 5


CHARSETS = ["hex", "rot13", "undefined", "idna", "utf-16", "nope"]
TYPES = [f"application/json; charset={name}" for name in CHARSETS]


@pytest.mark.parametrize("content_type", [*TYPES, "application/json; charset*=nope''x"])
def test_no_content_type_causes_a_500(stack: Stack, api: Api, content_type: str) -> None:
    headers = {"Content-Type": content_type}
    assert api.ask("GET", "/api/v1/users/?search=%C3%A9", headers=headers).status_code == 200
    assert api.ask("GET", "/api/v1/users/?x=%E9", headers=headers).status_code == 400
    answer = api.ask("PATCH", "/api/v1/users/me/", content='{"name": "É"}', headers=headers)
    assert answer.status_code == (415 if "*" in content_type else 200)


@pytest.mark.parametrize("request_", [b"nonsense\r\n\r\n", head("GET /api/ HTTP/1.1")])
def test_a_client_that_keeps_its_connection_open_delays_no_other(
    stack: Stack, request_: bytes
) -> None:
    """Fails if gunicorn waits 2 s for each such client in the thread that accepts connections."""
    with ExitStack() as clients:
        for _ in range(40):
            clients.enter_context(connect(stack.site.web_port)).sendall(request_)
        for _ in range(10):
            answer = httpx.get(f"{stack.base_url}/api/", timeout=3, trust_env=False)
            assert answer.status_code == 200


def test_a_silent_client_is_disconnected_after_half_a_minute(stack: Stack, api: Api) -> None:
    """Fails if gunicorn waits without a timeout."""
    token = f"Authorization: {api.token}"
    begun = {
        "a body": announce(LOGIN, 1000, JSON) + b"{",
        "a file": announce(UPLOAD, 1000, FORM, token) + PART,
        "a header": b"GET /api/ HTTP/1.1\r\nX-Slow: ",
    }
    with ExitStack() as clients:
        silent = {name: clients.enter_context(connect(stack.site.web_port)) for name in begun}
        for name, client in silent.items():
            client.sendall(begun[name])
        ports = {client.getsockname()[1] for client in silent.values()}
        wait_until(
            lambda: connected_ports(stack) >= ports,
            timeout=10,
            what="all clients must be connected",
        )
        wait_until(
            lambda: not connected_ports(stack) & ports,
            timeout=45,
            what="all clients must be disconnected",
        )
        answers = {name: remaining_bytes(client) for name, client in silent.items()}
    assert answers["a header"] == b""
    assert answers["a body"].startswith(b"HTTP/1.1 408 ")
    assert b'"code":"timeout"' in answers["a body"]
    assert answers["a file"].startswith(b"HTTP/1.1 408 ")


def connected_ports(stack: Stack) -> set[int]:
    """Return the ports of the clients that are connected to a web worker."""
    web = psutil.Process(stack.pid("web")).children()
    return {
        end.raddr.port
        for process in web
        for end in process.net_connections()
        if end.status != psutil.CONN_LISTEN
    }


def remaining_bytes(client: socket.socket) -> bytes:
    """Return the bytes until the end of the connection."""
    return b"".join(iter(lambda: client.recv(65536), b""))

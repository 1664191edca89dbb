"""The answers of nginx itself, and the URLs that it does not pass on."""

import re
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from local.api_client import ApiClient, Json
from local.users_file import write_users
from local.waiting import wait_until
from tests.compose.installation import Installation
from tests.compose.raw import announce, connect, early_answer
from tests.stacks import await_end

UPLOAD = "/api/v1/imports/"
GIGABYTE = 1_000_000_000


def assert_error(answer: httpx.Response, status: int, code: str) -> None:
    """Check the shape of errors of the API, also for answers of nginx itself."""
    document = answer.json()
    assert (answer.status_code, document["error"]["code"]) == (status, code)
    assert document.keys() == {"error", "trace_id"}
    assert document["error"].keys() == {"code", "message"}
    assert len(document["trace_id"]) == 32


@pytest.fixture
def charlie(running: Installation) -> Iterator[ApiClient]:
    """Register a user without `can_import` and return the client."""
    body = {"email": "charlie@example.com", "name": "", "password": "a phrase for Charlie"}
    httpx.post(f"{running.base_url}/api/v1/register/", json=body)
    with ApiClient.log_in(running.base_url, body["email"], body["password"]) as client:
        yield client


@pytest.mark.parametrize(
    "path",
    ["/metrics", "/admin", "/admin/", "/admin/login/", "/%61dmin/", "//admin/", "/upload-check",
     "/errors/own.json", "/static/nothing.css"],
)  # fmt: skip
def test_internal_urls_are_not_public(running: Installation, path: str) -> None:
    assert_error(running.get(path), 404, "not_found")


@pytest.mark.parametrize("path", ["/admin/..%2fapi/", "/admin%2f%2e%2e%2fx/", "/x/.%2e/admin/"])
def test_no_dot_segment_leads_to_the_admin(running: Installation, path: str) -> None:
    assert running.get(path).json()["error"]["code"] in {"bad_request", "not_found"}


def test_the_admin_is_on_a_port_of_its_own(running: Installation) -> None:
    page = running.inside("nginx", "wget", "-qO-", "http://127.0.0.1:8081/admin/login/")
    assert "Django administration" in page


@pytest.mark.parametrize(
    ("path", "message"),
    [("/metrics", "Não há nada neste endereço."),
     ("/api/v1/users/me/", "As credenciais de autenticação não foram fornecidas.")],
)  # fmt: skip
def test_errors_follow_accept_language(running: Installation, path: str, message: str) -> None:
    """Covers an error of nginx and one of the application."""
    answer = running.get(path, headers={"Accept-Language": "pt-BR,pt;q=0.9,en;q=0.8"})
    assert answer.json()["error"]["message"] == message
    assert answer.headers["Content-Language"] == "pt-br"


def test_links_of_mails_lead_to_a_page(running: Installation) -> None:
    page = running.get("/account/")
    assert page.status_code == 200
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    scripts = re.findall('src="([^"]+)"', page.text)
    assert scripts
    assert all(running.get(script).status_code == 200 for script in scripts)


def test_the_proxy_serves_the_static_files(running: Installation) -> None:
    answer = running.get("/static/admin/css/base.css")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/css")
    assert answer.headers["Cache-Control"] == "max-age=3600"
    assert "X-Trace-Id" not in answer.headers


@pytest.mark.parametrize(
    ("request_line", "headers", "status", "code"),
    [
        (f"GET /api/{'x' * 9000} HTTP/1.1", (), 414, "uri_too_long"),
        ("GET /api/ HTTP/1.1", (f"X-Large: {'x' * 9000}",), 431, "headers_too_large"),
        ("GET /static/admin/css/base.css HTTP/1.1", ("Range: bytes=9999999-",), 416,
         "range_not_satisfiable"),
        ("POST /api/v1/register/ HTTP/1.1", ("Transfer-Encoding: gzip, chunked",), 501,
         "not_implemented"),
        ("GET /static/ HTTP/1.1", (), 404, "not_found"),
        ("GET /api/v1/imports HTTP/1.0", (), 301, ""),
    ],
)  # fmt: skip
def test_http_errors_have_the_shape_of_the_api(
    running: Installation, request_line: str, headers: tuple[str, ...], status: int, code: str
) -> None:
    lines = (request_line, "Host: localhost", "Connection: close", *headers, "", "")
    answer, _ = early_answer(running.port, "\r\n".join(lines).encode())
    assert answer.startswith(f"HTTP/1.1 {status} "), answer[:200]
    assert f'"code":"{code}"' in answer or not code
    assert "<html>" not in answer
    assert f":{8080}" not in answer


@pytest.mark.parametrize("headers", [0, 300])
@pytest.mark.parametrize("length", [10, 7000])
def test_the_application_answers_every_request_that_the_proxy_passes(
    running: Installation, headers: int, length: int
) -> None:
    many = {f"X-{number}": "x" for number in range(headers)}
    answer = running.get(f"/api/{'x' * length}/", headers=many)
    assert_error(answer, 404, "not_found")


def test_only_the_upload_takes_a_large_body(running: Installation) -> None:
    answer = httpx.post(f"{running.base_url}/api/v1/register/", content=b" " * 2_000_000)
    assert_error(answer, 413, "too_large")


def test_a_too_large_file_is_refused_unread(running: Installation) -> None:
    answer, seconds = early_answer(running.port, announce(UPLOAD, 6 * GIGABYTE))
    assert answer.startswith("HTTP/1.1 413 ")
    assert '"code":"too_large"' in answer
    assert seconds < 2


def test_an_anonymous_upload_is_refused_unread(running: Installation) -> None:
    answer, seconds = early_answer(running.port, announce(UPLOAD, GIGABYTE))
    assert answer.startswith("HTTP/1.1 401 ")
    assert '\r\nWWW-Authenticate: Bearer realm="api"\r\n' in answer
    assert '"code":"not_authenticated"' in answer
    assert seconds < 2


def test_an_upload_without_can_import_is_refused_unread(
    running: Installation, charlie: ApiClient
) -> None:
    token = f"Authorization: Bearer {charlie.token}"
    answer, seconds = early_answer(running.port, announce(UPLOAD, GIGABYTE, token))
    assert answer.startswith("HTTP/1.1 403 ")
    assert "Ask an administrator" in answer
    assert seconds < 2


def test_a_body_without_a_length_is_accepted(running: Installation, tmp_path: Path) -> None:
    write_users(tmp_path / "chunked.csv", 200, seed=5)
    parts = (b"--x\r\nContent-Disposition: form-data; name=file; filename=a.csv\r\n\r\n",
             (tmp_path / "chunked.csv").read_bytes(), b"\r\n--x--\r\n")  # fmt: skip
    with running.admin() as admin:
        headers = {"Authorization": f"Bearer {admin.token}",
                   "Content-Type": "multipart/form-data; boundary=x"}  # fmt: skip
        answer = httpx.post(running.base_url + UPLOAD, content=iter(parts), headers=headers)
        assert answer.status_code == 202
        assert await_end(admin, answer.json()["status_url"], within=60)["result"]["rows"] == 200


def test_slow_clients_delay_no_other_client(running: Installation) -> None:
    """There are 40 slow clients, more than gunicorn has threads; their bodies come byte by byte."""
    with ExitStack() as stack:
        slow = [stack.enter_context(connect(running.port)) for _ in range(40)]
        for connection in slow:
            connection.sendall(announce("/api/v1/auth/login/", 1000))
        for _ in range(5):
            for connection in slow:
                connection.sendall(b" ")
            started = time.monotonic()
            assert running.get("/api/").status_code == 200
            assert time.monotonic() - started < 2


def test_the_log_has_the_trace_id_and_no_query(running: Installation) -> None:
    answer = running.get("/api/v1/users/?email=ana@example.com")
    trace = answer.headers["X-Trace-Id"]
    entries: list[Json] = []

    def is_written() -> bool:
        entries[:] = [e for e in running.proxy_log() if e["trace_id"] == trace]
        return bool(entries)

    wait_until(is_written, timeout=10, what="the request must be logged", poll=0.5)
    (entry,) = entries
    assert (entry["path"], entry["status"]) == ("/api/v1/users/", "401")
    assert len(entry["request_id"]) == 32
    assert "ana@example.com" not in str(entry)

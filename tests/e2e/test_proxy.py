"""The nginx of the installation before a running system: what is public, and its own errors."""

import json
import os
import re
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from local.stack import Stack
from tests.compose.raw import ask
from tests.e2e.applications import answering
from tests.faults.load.proxy import proxied

pytestmark = [
    pytest.mark.xdist_group("stack"),
    pytest.mark.skipif("NGINX_PROGRAM" not in os.environ, reason="needs nginx"),
]

TARGETS = [
    *("/admin", "/admin/", "/admin/login/", "/admin?next=/", "/administrator/", "/admin;x/login/"),
    *("//admin/", "///admin//login/", "/ADMIN/", "/Admin/login/", "/admin%2f", "/admin%2Flogin%2F"),
    *(
        "/%61dmin/",
        "/%61%64%6d%69%6e/login/",
        "/%2561dmin/",
        "/admin%00/",
        "/admin%20/",
        "\\admin\\",
    ),
    *(
        "/api/../admin/",
        "/api/..%2fadmin/",
        "/api/%2e%2e/admin/login/",
        "/api/.%2E%2fadmin%2flogin/",
    ),
    *("/admin/../console/", "/console/../admin/", "/console/%2e%2e/admin/login/"),
    *("/./admin/", "/admin/./login/", "/x/..//admin/", "/static/../admin/", "/static/..%2fadmin/"),
    *("http://localhost/admin/", "http://elsewhere.example/admin/login/", "/%c0%afadmin/"),
    *(
        "/metrics",
        "/metrics/",
        "/metrics?a=b",
        "/METRICS",
        "//metrics",
        "/metrics%2f",
        "/%6detrics",
    ),
    *("/metrics%00", "/metrics;x", "/api/../metrics", "/api/%2e%2e/metrics", "/./metrics"),
    *("http://localhost/metrics", "/healthz/../metrics", "/upload-check", "/errors/own.json"),
]


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("headers", [(), ("X-Forwarded-For: 127.0.0.1", "X-Real-IP: 10.0.0.1")])
def test_the_admin_and_the_metrics_are_not_public(
    url: str, target: str, headers: tuple[str, ...]
) -> None:
    answer = ask(url, target, *headers)
    assert re.match(r"HTTP/1\.1 (400|404) ", answer), answer[:300]
    assert re.search('"code": ?"(bad_request|not_found)"', answer)
    assert "Django administration" not in answer
    assert "# TYPE" not in answer


def test_the_admin_and_the_metrics_have_ports_of_their_own(
    stack: Stack, url: str, folder: Path
) -> None:
    """Shows that the test above looks for pages that exist."""
    public, admin, _ = re.findall(
        r"listen (127\.0\.0\.1:\d+);", (folder / "nginx.conf").read_text()
    )
    assert url == f"http://{public}"
    answer = httpx.get(f"http://{admin}/admin/login/", trust_env=False, timeout=30)
    assert "Django administration" in answer.text
    assert httpx.get(f"http://{admin}/api/", trust_env=False, timeout=30).status_code == 404
    assert "# TYPE" in httpx.get(f"{stack.base_url}/metrics", trust_env=False, timeout=30).text
    assert httpx.get(f"{url}/api/", trust_env=False, timeout=30).is_success


@pytest.mark.parametrize(
    ("target", "server"), [("/api/", "nginx"), ("/admin/", "nginx"), ("/%00", "nginx")]
)
def test_nginx_hides_its_version(url: str, target: str, server: str) -> None:
    assert re.findall(r"\r\nServer: (.*)\r\n", ask(url, target)) == [server]


def test_the_application_hides_its_version(stack: Stack) -> None:
    answer = httpx.get(f"{stack.base_url}/api/", trust_env=False, timeout=30)
    assert answer.headers["Server"] == "gunicorn"
    assert "X-Powered-By" not in answer.headers


def test_the_key_set_is_public(url: str) -> None:
    """Its path has a dot, as the paths with dot segments that the proxy rejects."""
    answer = httpx.get(f"{url}/.well-known/jwks.json", trust_env=False, timeout=30)
    assert (answer.status_code, len(answer.json()["keys"])) == (200, 1)
    assert answer.headers["Cache-Control"] == "public, max-age=300"


def test_a_header_of_nine_kilobytes_is_a_431(url: str) -> None:
    answer = ask(url, "/api/v1/users/me/", f"Authorization: Bearer {'x' * 9000}")
    assert answer.startswith("HTTP/1.1 431 ")
    assert json.loads(answer[answer.index("{") : answer.rindex("}") + 1])["error"]["code"] == (
        "headers_too_large"
    )


@pytest.mark.parametrize(
    ("accept_language", "expected"),
    [
        ("pt-BR", "pt-br"),
        ("pt", "pt-br"),
        ("de, PT-pt;q=0.9, en;q=0.8", "pt-br"),
        ("en-US,en;q=0.9,pt;q=0.8", "en"),
        ("de", "en"),
        ("x-apt", "en"),
        ("", "en"),
    ],
)
def test_errors_of_nginx_follow_accept_language(
    url: str, accept_language: str, expected: str
) -> None:
    answers = [
        ask(url, "/metrics", f"Accept-Language: {accept_language}"),
        ask(url, "/api/", f"Accept-Language: {accept_language}", f"X: {'x' * 9000}"),
    ]
    for answer in answers:
        assert re.findall(r"\r\nContent-Language: (.*)\r\n", answer) == [expected]
        assert "\r\nVary: Accept-Language, Origin\r\n" in answer
    assert ("Não há nada neste endereço." in answers[0]) == (expected == "pt-br")
    unauthorized = ask(url, "/api/v1/imports/", f"Accept-Language: {accept_language}")
    assert ("As credenciais de autenticação" in unauthorized) == (expected == "pt-br")


@pytest.mark.parametrize(("language", "heading"), [("en", "not answer"), ("pt", "não responde")])
def test_the_console_is_a_page_without_the_application(
    tmp_path: Path, language: str, heading: str
) -> None:
    with ExitStack() as application:
        base_url = application.enter_context(answering({}))
        with proxied(base_url, tmp_path) as url:
            application.close()
            headers = {"Accept-Language": language}
            answer = httpx.get(f"{url}/console/", headers=headers, trust_env=False, timeout=30)
            assert httpx.get(f"{url}/api/", trust_env=False, timeout=30).json()["error"]
    assert answer.status_code == 503
    assert answer.headers["Content-Type"] == "text/html"
    assert re.search(f"<h1>.*{heading}</h1>", answer.text)
    assert "/static/core/style.css" in answer.text


@pytest.mark.parametrize(
    ("origin", "is_allowed"),
    [
        ("https://app.example.com", True),
        ("http://localhost:5173", True),
        ("https://app.example.com.evil.example", False),
        ("http://localhost", False),
        ("null", False),
    ],
)
@pytest.mark.parametrize(
    ("target", "status", "header"),
    [
        ("/api/v1/imports/", 401, "Authorization: Bearer expired"),
        ("/api/v1/users/me/", 413, "Content-Length: 2000000"),
    ],
)
def test_an_allowed_origin_can_read_errors(
    url: str, origin: str, target: str, status: int, header: str, *, is_allowed: bool
) -> None:
    answer = ask(url, target, f"Origin: {origin}", header, method="POST")
    assert answer.startswith(f"HTTP/1.1 {status} ")
    allowed = re.findall(r"\r\nAccess-Control-Allow-Origin: (.*)\r\n", answer)
    assert allowed == ([origin] if is_allowed else [])
    assert ("\r\nAccess-Control-Expose-Headers: Retry-After\r\n" in answer) == is_allowed


def test_the_proxy_replaces_the_request_id_of_the_client(url: str) -> None:
    """The id of the request is the one of the proxy, whatever the client sends."""
    answer = ask(url, "/api/", "X-Request-Id: chosen")
    (given,) = re.findall(r"\r\nX-Request-Id: (.*)\r\n", answer)
    assert re.fullmatch("[0-9a-f]{32}", given)

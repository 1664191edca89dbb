"""The nginx of the installation with the address that deploy/kubernetes gives it."""

import os
from collections.abc import Iterator

import httpx
import pytest

from local.stack import Stack
from tests.compose.raw import ask
from tests.deploy.manifests import document
from tests.faults.load.proxy import proxied

pytestmark = [
    pytest.mark.xdist_group("stack"),
    pytest.mark.skipif("NGINX_PROGRAM" not in os.environ, reason="needs nginx"),
]


@pytest.fixture(scope="module")
def in_kubernetes(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run the proxy and return its URL. The system stands for the Service of the web workers."""
    text = document("proxy.yaml", "ConfigMap")["data"]["application.conf"]
    application = text.replace("accounts-web", stack.base_url.removeprefix("http://"))
    assert application != text
    folder = tmp_path_factory.mktemp("kubernetes")
    with proxied(stack.base_url, folder, application=application) as url:
        yield url


def test_the_api_and_the_console_are_public(in_kubernetes: str) -> None:
    for path in ("/api/", "/healthz/ready", "/.well-known/jwks.json", "/console/login/"):
        answer = httpx.get(f"{in_kubernetes}{path}", trust_env=False, timeout=30)
        assert answer.status_code == 200, path


@pytest.mark.parametrize("path", ["/admin/", "/admin/login/", "//admin/", "/metrics"])
def test_the_admin_and_the_metrics_are_not_public(in_kubernetes: str, path: str) -> None:
    answer = httpx.get(f"{in_kubernetes}{path}", trust_env=False, timeout=30)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")


def test_only_an_upload_may_be_large(in_kubernetes: str) -> None:
    headers = "Content-Length: 2000000"
    answer = ask(in_kubernetes, "/api/v1/register/", headers, method="POST")
    assert answer.startswith("HTTP/1.1 413 ")


def test_an_anonymous_upload_is_refused_before_its_body(in_kubernetes: str) -> None:
    headers = "Content-Length: 1000000000"
    answer = ask(in_kubernetes, "/api/v1/imports/", headers, method="POST")
    assert answer.startswith("HTTP/1.1 401 ")
    assert '"not_authenticated"' in answer

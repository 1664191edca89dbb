"""The start of each process: entry points, settings by role, and errors that prevent it."""

import json
import os
import runpy
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest
from asgiref.sync import async_to_sync
from asgiref.testing import ApplicationCommunicator
from gunicorn.config import KNOWN_SETTINGS

from core.asgi import application as asgi_application
from core.celery import diagnose
from core.server import sizing
from core.wsgi import application as wsgi_application
from local.site import ROOT


def manage(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run manage.py in its own process."""
    return subprocess.run(  # noqa: S603  (our own program)
        [sys.executable, "app/manage.py", *arguments],
        cwd=ROOT, env=os.environ | variables, capture_output=True, text=True, check=False,
    )  # fmt: skip


async def over_asgi(path: str, body: bytes = b"", content_type: bytes = b"") -> Any:
    """Send a GET, or a POST if there is a body, and return the status and the body."""
    headers = [(b"host", b"localhost"), (b"content-type", content_type)]
    headers += [(b"content-length", str(len(body)).encode())]
    scope = {"type": "http", "method": "POST" if body else "GET", "path": path, "headers": headers}
    communicator: Any = ApplicationCommunicator(  # type: ignore[no-untyped-call]
        asgi_application, scope | {"query_string": b""}
    )
    await communicator.send_input({"type": "http.request", "body": body})
    start, content = [await communicator.receive_output() for _ in range(2)]
    await communicator.wait()
    return start["status"], content["body"]


@pytest.mark.django_db
def test_wsgi_answers() -> None:
    environ = {"PATH_INFO": "/healthz/live", "HTTP_HOST": "localhost"}
    setup_testing_defaults(environ)
    statuses: list[str] = []

    def start_response(status: str, headers: Any, exc_info: Any = None) -> Callable[[bytes], None]:
        statuses.append(status)
        return lambda body: None

    with closing(wsgi_application(environ, start_response)) as response:
        assert b"".join(response) == b'{"status": "ok"}'
    assert statuses == ["200 OK"]


@pytest.mark.django_db
def test_asgi_answers() -> None:
    assert async_to_sync(over_asgi)("/healthz/live") == (200, b'{"status": "ok"}')


@pytest.mark.django_db
@pytest.mark.parametrize("charset", ["hex", "undefined", "a\0", "utf-16"])
def test_asgi_ignores_the_charset(charset: str) -> None:
    content_type = f"application/json; charset={charset}".encode()
    status, body = async_to_sync(over_asgi)("/api/v1/auth/refresh/", b"[]", content_type)
    assert (status, json.loads(body)["error"]["code"]) == (400, "invalid")


def test_gunicorn_knows_every_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEB_BIND", "0.0.0.0:80")
    monkeypatch.setattr(sizing, "WORKERS", 7)
    configuration = runpy.run_module("core.server.gunicorn_config")
    imported = {"env", "listeners", "logs", "service", "sizing", "Arbiter"}
    names = {name for name in configuration if not name.startswith("_")} - imported
    assert names <= {setting.name for setting in KNOWN_SETTINGS}
    assert (configuration["bind"], configuration["workers"]) == ("0.0.0.0:80", 7)


def test_a_celery_worker_reports_its_hostname() -> None:
    answer = diagnose.apply(task_id="1").get()
    assert answer.keys() == {"task_id", "hostname"}
    assert answer["task_id"] == "1"


@pytest.mark.parametrize("role", ["web", "worker"])
def test_a_role_passes_the_deployment_checks(role: str) -> None:
    deployment = ("check", "--deploy", "--fail-level", "WARNING", "--database", "default")
    result = manage(*deployment, PROCESS_ROLE=role, HTTPS_ONLY="true", TRUSTED_PROXIES="1")
    assert (result.returncode, result.stderr) == (0, ""), result.stderr


def test_unsafe_settings_prevent_the_start_of_the_service() -> None:
    result = manage("prepare_database", HTTPS_ONLY="true", TRUSTED_PROXIES="0")
    assert result.returncode != 0
    assert "(core.E004) HTTPS_ONLY is on and TRUSTED_PROXIES is 0" in result.stderr


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("JWT_SECRET_KEY", "x" * 31, "JWT_SECRET_KEY must have at least 32 bytes."),
        ("JWT_SECRET_KEY", "", "Set the environment variable JWT_SECRET_KEY."),
        ("JWT_ALGORITHM", "RS256", "JWT_ALGORITHM must be one of ['ES256', 'EdDSA', 'HS256']"),
        ("JWT_ALGORITHM", "EdDSA", "Set JWT_PRIVATE_KEY: JWT_ALGORITHM is EdDSA."),
        ("JWT_PRIVATE_KEY", "secret", "JWT_PRIVATE_KEY must be in PEM format"),
        ("JWT_PREVIOUS_PUBLIC_KEYS", "x", "JWT_PREVIOUS_PUBLIC_KEYS must be in PEM format"),
        (
            "JWT_PREVIOUS_SECRET_KEYS",
            "short",
            "Each of JWT_PREVIOUS_SECRET_KEYS must have",
        ),
        ("DJANGO_PREVIOUS_SECRET_KEYS", "short", "Each of DJANGO_PREVIOUS_SECRET_KEYS must have"),
        ("RECOVER_EVERY_SECONDS", "21", "RECOVER_EVERY_SECONDS must be at most 20, not 21."),
        ("DJANGO_SECRET_KEY", "", "Set the environment variable DJANGO_SECRET_KEY."),
        ("DB_PASSWORD", "", "Set the environment variable DB_PASSWORD."),
        ("REDIS_URL", "", "Set the environment variable REDIS_URL."),
        ("PROCESS_ROLE", "cron", "PROCESS_ROLE must be one of"),
        ("METRICS_BIND", "9100", "METRICS_BIND must be like 0.0.0.0:9100, not '9100'."),
        ("DEBUG", "maybe", "DEBUG must be true or false, not 'maybe'."),
    ],
)
def test_an_invalid_environment_variable_prevents_the_start(
    name: str, value: str, message: str
) -> None:
    result = manage("check", **{name: value})
    assert result.returncode != 0
    assert message in result.stderr

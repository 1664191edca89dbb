"""GET /healthz/live and /healthz/ready."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_django import Settings
from rest_framework.test import APIClient

from core.health.health import probes
from core.health.probes import PROBE_TIMEOUT

OK = {"status": "ok"}


@pytest.mark.django_db
@pytest.mark.parametrize("probe", ["live", "ready"])
def test_is_200_when_everything_is_available(anonymous: APIClient, probe: str) -> None:
    answer = anonymous.get(f"/healthz/{probe}")
    assert answer.status_code == 200
    assert answer.json() == OK


def unavailable(client: APIClient) -> dict[str, str]:
    """Return the failing parts, and assert that the process itself is alive."""
    answer = client.get("/healthz/ready")
    assert answer.status_code == 503
    assert answer.json().keys() == {"status", "failing"}
    assert answer.json()["status"] == "unavailable"
    assert client.get("/healthz/live").status_code == 200
    failing: dict[str, str] = answer.json()["failing"]
    return failing


@pytest.mark.django_db
def test_names_redis_when_it_is_unavailable(
    anonymous: APIClient, settings: Settings, closed_port: int
) -> None:
    settings.REDIS_URL = f"redis://127.0.0.1:{closed_port}/0"
    assert unavailable(anonymous) == {"redis": "ConnectionError"}


@pytest.mark.django_db
def test_names_redis_when_it_is_frozen(
    anonymous: APIClient, settings: Settings, frozen_port: int
) -> None:
    settings.REDIS_URL = f"redis://127.0.0.1:{frozen_port}/0"
    assert unavailable(anonymous) == {"redis": "TimeoutError"}


def test_names_the_database_when_it_is_unavailable(
    anonymous: APIClient, database_at: Callable[[int], None], closed_port: int
) -> None:
    database_at(closed_port)
    assert unavailable(anonymous) == {"database": "OperationalError"}


@pytest.mark.django_db
def test_names_the_storage_when_it_is_not_writable(
    anonymous: APIClient, settings: Settings, tmp_path: Path
) -> None:
    file = tmp_path / "file"
    file.touch()
    settings.INCOMING_DIR = file / "incoming"
    assert unavailable(anonymous) == {"storage": "NotADirectoryError"}


def test_all_frozen_servers_together_take_one_timeout(
    anonymous: APIClient,
    database_at: Callable[[int], None],
    settings: Settings,
    frozen_port: int,
) -> None:
    database_at(frozen_port)
    settings.REDIS_URL = f"redis://127.0.0.1:{frozen_port}/0"
    start = time.monotonic()
    failing = unavailable(anonymous)
    assert time.monotonic() - start < PROBE_TIMEOUT + 1
    assert failing == {"database": "timeout", "redis": "TimeoutError"}


def test_a_frozen_server_is_probed_once_until_it_answers(
    anonymous: APIClient, database_at: Callable[[int], None], frozen_port: int
) -> None:
    database_at(frozen_port)
    assert unavailable(anonymous) == {"database": "timeout"}
    probe = probes._running["database"]
    assert unavailable(anonymous) == {"database": "timeout"}
    assert probes._running["database"] is probe


@pytest.mark.django_db
@pytest.mark.parametrize("url", ["/healthz/live", "/healthz/ready", "/metrics"])
def test_probes_are_not_redirected_to_https(
    anonymous: APIClient, settings: Settings, url: str
) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert anonymous.get(url).status_code == 200
    assert anonymous.get("/api/v1/users/me/")["Location"] == "https://testserver/api/v1/users/me/"

"""Changed settings: what a change replaces, and what a wrong value does."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.compose.docker import CommandFailedError
from tests.compose.installation import (
    ADMIN,
    PASSWORD,
    SERVICES,
    Installation,
    installation,
)

DATABASES_AND_PROXY = ("postgres", "redis", "nginx")


@pytest.fixture(scope="module")
def changed(running: Installation, clone: Path) -> Iterator[Installation]:
    """Start an installation whose settings the tests change."""
    with installation(clone, ADMIN_EMAIL=ADMIN, ADMIN_PASSWORD=PASSWORD) as made:
        made.up()
        yield made


def containers(of: Installation) -> dict[str, list[str]]:
    return {service: of.containers(service) for service in SERVICES}


def replaced(before: Installation, **settings: str) -> set[str]:
    """Apply the settings as documented, and return the services with new containers."""
    old = containers(before)
    after = replace(before, env=before.env | settings)
    after.script("check.sh")
    after.up()
    return {service for service, now in containers(after).items() if now != old[service]}


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("JWT_SECRET_KEY", "short", "JWT_SECRET_KEY must have at least 32 bytes"),
        ("JWT_ALGORITHM", "RS256", "JWT_ALGORITHM must be EdDSA, ES256 or HS256"),
        ("JWT_ALGORITHM", "ES256", "JWT_PRIVATE_KEY is a key for EdDSA"),
        ("JWT_PREVIOUS_PUBLIC_KEYS", "x", "JWT_PREVIOUS_PUBLIC_KEYS must be in PEM format"),
        ("LOG_LEVEL", "LOUD", "LOG_LEVEL"),
        ("IMPORT_CHUNK_ROWS", "many", "IMPORT_CHUNK_ROWS"),
        ("MAX_UPLOAD_SIZE", "huge", "MAX_UPLOAD_SIZE"),
        ("INVITATIONS_PER_MINUTE", "many", "INVITATIONS_PER_MINUTE"),
        ("RECOVER_EVERY_SECONDS", "21", "RECOVER_EVERY_SECONDS must be at most 20"),
    ],
)
def test_the_check_names_a_wrong_value_and_every_container_runs_on(
    changed: Installation, name: str, value: str, reason: str
) -> None:
    before = containers(changed)
    wrong = replace(changed, env=changed.env | {name: value})
    with pytest.raises(CommandFailedError, match=reason):
        wrong.script("check.sh")
    assert containers(changed) == before
    assert changed.get("/healthz/ready").status_code == 200


@pytest.mark.parametrize(
    ("name", "value", "services"),
    [
        ("ADMIN_PASSWORD", "another long phrase", {"app"}),
        ("THROTTLE_LOGIN", "5/min", {"app"}),
        ("IMPORT_CHUNK_ROWS", "50000", {"celery", "celery-small", "celery-mail"}),
        ("RECOVER_EVERY_SECONDS", "5", {"beat"}),
    ],
)
def test_a_setting_replaces_only_the_services_that_read_it(
    changed: Installation, name: str, value: str, services: set[str]
) -> None:
    """`test_config.py` compares all settings. Afterwards the containers have the value before."""
    assert replaced(changed, **{name: value}) == services
    changed.up()


def test_a_log_level_replaces_neither_databases_nor_proxy(changed: Installation) -> None:
    now = replaced(changed, LOG_LEVEL="WARNING")
    assert now == set(SERVICES) - set(DATABASES_AND_PROXY)


def test_a_mail_password_stops_neither_databases_nor_proxy(changed: Installation) -> None:
    started = {
        service: changed.inside(service, "cat", "/proc/1/stat").split()[21]
        for service in DATABASES_AND_PROXY
    }
    after = replace(changed, env=changed.env | {"EMAIL_HOST_PASSWORD": "of the server"})
    after.up()
    for service, moment in started.items():
        assert after.inside(service, "cat", "/proc/1/stat").split()[21] == moment
    program = "from django.conf import settings; print(settings.EMAIL_HOST_PASSWORD)"
    shell = ("python", "manage.py", "shell", "-v", "0", "-c", program)
    assert after.inside("celery-mail", *shell).strip() == "of the server"

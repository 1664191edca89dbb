"""deploy/tls.yml: an installation that ends TLS itself."""

import ssl
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from local.ports import free_port
from local.users_file import write_users
from tests.compose.docker import CommandFailedError, inspect, run
from tests.compose.installation import ADMIN, PASSWORD, Installation, installation


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a certificate for localhost and its key."""
    folder = tmp_path_factory.mktemp("tls")
    key, chain = folder / "privkey.pem", folder / "fullchain.pem"
    files = ("-keyout", key, "-out", chain)
    names = ("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost")
    run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *files, *names])
    for path, mode in ((folder, 0o755), (key, 0o644)):  # the user of nginx reads them
        path.chmod(mode)
    return folder


@pytest.fixture(scope="module")
def secured(
    running: Installation, clone: Path, certificate: Path
) -> Iterator[tuple[Installation, httpx.Client]]:
    """Start an installation with TLS, and return it with a client that trusts its certificate."""
    port = free_port()
    variables = {
        "COMPOSE_FILE": "docker-compose.yml:deploy/tls.yml",
        "TLS_FOLDER": str(certificate),
        "HTTPS_PORT": str(port),
        "REDIRECT_PORT": str(free_port()),
        "ADMIN_EMAIL": ADMIN,
        "ADMIN_PASSWORD": PASSWORD,
    }
    trusted = ssl.create_default_context(cafile=certificate / "fullchain.pem")
    url = f"https://localhost:{port}"
    with (
        installation(clone, **variables) as made,
        httpx.Client(base_url=url, verify=trusted, trust_env=False, timeout=30) as client,
    ):
        made.up()
        yield made, client


def test_a_user_logs_in_and_uploads_a_file(
    secured: tuple[Installation, httpx.Client], tmp_path: Path
) -> None:
    _, client = secured
    answer = client.post("/api/v1/auth/login/", json={"email": ADMIN, "password": PASSWORD})
    assert answer.status_code == 200
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=")
    write_users(tmp_path / "people.csv", 20_000, seed=1)
    upload = client.post(
        "/api/v1/imports/",
        files={"file": (tmp_path / "people.csv").read_bytes()},
        headers={"Authorization": f"Bearer {answer.json()['access']}"},
    )
    assert upload.status_code == 202
    assert upload.json()["status_url"].startswith("https://localhost:")


def test_plain_http_is_redirected(secured: tuple[Installation, httpx.Client]) -> None:
    made, _ = secured
    url = f"http://localhost:{made.env['REDIRECT_PORT']}/api/v1/users/?page_size=1"
    answer = httpx.get(url, trust_env=False)
    assert answer.status_code == 308
    assert answer.headers["Location"] == "https://localhost/api/v1/users/?page_size=1"


def test_only_this_machine_reaches_the_proxy_without_tls(
    secured: tuple[Installation, httpx.Client],
) -> None:
    made, _ = secured
    (proxy,) = made.containers("nginx")
    (binding,) = inspect(proxy)["HostConfig"]["PortBindings"]["8080/tcp"]
    assert binding["HostIp"] == "127.0.0.1"


def test_the_check_notices_a_lost_file(secured: tuple[Installation, httpx.Client]) -> None:
    made, _ = secured
    assert "are right" in made.script("check.sh")
    before = made.all_containers()
    env = {name: value for name, value in made.env.items() if name != "COMPOSE_FILE"}
    for script in ("check.sh", "upgrade.sh"):
        with pytest.raises(CommandFailedError, match=r"(?s)no Compose file: tls;.*COMPOSE_FILE="):
            replace(made, env=env).script(script)
    assert made.all_containers() == before


def test_a_forged_address_does_not_evade_the_rate_limit(
    secured: tuple[Installation, httpx.Client],
) -> None:
    _, client = secured
    wrong = {"email": ADMIN, "password": "wrong"}
    statuses = [
        client.post(
            "/api/v1/auth/login/", json=wrong, headers={"X-Forwarded-For": f"203.0.113.{number}"}
        ).status_code
        for number in range(40)
    ]
    assert statuses[-1] == 429, statuses

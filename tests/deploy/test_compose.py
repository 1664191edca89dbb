"""docker-compose.yml as a document: secrets and shares of the processor."""

from typing import Any

import pytest
import yaml

from deploy.make_secrets import COPIES
from local.site import ROOT

SERVICES: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
WORKERS = ("celery", "celery-small", "celery-mail", "beat")


def mounted(service: str) -> dict[str, str]:
    """Return the volumes of a service by their folders in the container."""
    volumes = (volume.split(":") for volume in SERVICES[service].get("volumes", ()))
    return {target: source for source, target, *_ in volumes}


@pytest.mark.parametrize("service", ["app", *WORKERS, "postgres", "redis", "grafana"])
def test_a_service_has_the_secrets_that_it_reads(service: str) -> None:
    volume = mounted(service)["/srv/secrets"]
    copy = volume.removeprefix("secrets-")
    assert mounted("secrets")[f"/srv/secrets-of/{copy}"] == volume
    definition = yaml.safe_dump(SERVICES[service])
    environment = SERVICES[service].get("environment", {})
    read = {path for name, path in environment.items() if name.endswith("_FILE")}
    assert {path.removeprefix("/srv/secrets/") for path in read} <= set(COPIES[copy])
    assert all(name in definition for name in COPIES[copy] if service not in WORKERS)


def test_only_the_service_that_writes_the_secrets_has_all_of_them() -> None:
    having = [name for name in SERVICES if "secrets" in mounted(name).values()]
    assert having == ["secrets"]


def test_only_the_web_server_has_the_keys_that_sign_tokens() -> None:
    assert {"jwt_private_key", "jwt_previous_secret_keys"} < set(COPIES["web"])
    others = set().union(*(names for service, names in COPIES.items() if service != "web"))
    assert not others & {"jwt_private_key", "jwt_previous_secret_keys"}
    assert [name for name, names in COPIES.items() if "grafana_password" in names] == ["grafana"]


def test_imports_leave_busy_cores_to_requests_and_large_ones_to_small_ones() -> None:
    shares = {name: each["cpu_shares"] for name, each in SERVICES.items() if "cpu_shares" in each}
    assert shares == {"celery": 340, "celery-small": 512}

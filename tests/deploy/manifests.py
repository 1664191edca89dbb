"""The manifests in deploy/kubernetes, and the services of Compose with which tests compare them."""

from collections.abc import Iterator
from typing import Any

import yaml

from local.site import ROOT

FOLDER = ROOT / "deploy" / "kubernetes"
FILES = sorted(path.name for path in FOLDER.glob("*.yaml") if path.name != "kustomization.yaml")
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]


def documents(name: str) -> Iterator[Any]:
    yield from yaml.safe_load_all((FOLDER / name).read_text(encoding="utf-8"))


def document(name: str, kind: str) -> Any:
    """Return the one document of this kind in the file."""
    (found,) = [it for it in documents(name) if it["kind"] == kind]
    return found


def deployment(role: str) -> Any:
    return document(f"{role}.yaml", "Deployment")


def container(role: str) -> Any:
    (found,) = deployment(role)["spec"]["template"]["spec"]["containers"]
    return found


def configuration() -> dict[str, str]:
    """Return the settings of all roles."""
    data: dict[str, str] = document("config.yaml", "ConfigMap")["data"]
    return data

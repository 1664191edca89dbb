"""The manifests in deploy/kubernetes: their schema, and what they share with Compose."""

import shutil
import subprocess
from pathlib import Path

import kubernetes_validate
import pytest
import yaml

from core.health.probes import PROBE_TIMEOUT
from deploy.make_secrets import SECRETS
from local.processes import ONE_HEAP
from tests.deploy.manifests import (
    COMPOSE,
    FILES,
    FOLDER,
    configuration,
    container,
    deployment,
    documents,
)
from tests.variables import variables_read

ROLES = {
    "web": "app",
    "imports": "celery",
    "small": "celery-small",
    "mail": "celery-mail",
    "beat": "beat",
}
"""The roles of the image `accounts-app`, and their services in Compose."""
PODS = [*ROLES, "proxy"]
KUBECTL = shutil.which("kubectl") or ""


@pytest.mark.parametrize("name", FILES)
def test_a_manifest_matches_the_schema_of_kubernetes(name: str) -> None:
    for document in documents(name):
        kubernetes_validate.validate(document, kubernetes_validate.latest_version(), strict=True)


def test_the_schema_is_strict() -> None:
    (document,) = documents("beat.yaml")
    document["spec"]["template"]["spec"]["terminationGracePeriod"] = 10
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(document, kubernetes_validate.latest_version(), strict=True)


def test_all_manifests_are_applied_together() -> None:
    (customization,) = documents("kustomization.yaml")
    assert sorted(customization["resources"]) == FILES


def test_the_customization_names_each_image() -> None:
    (customization,) = documents("kustomization.yaml")
    images = customization["images"]
    assert all(it.keys() == {"name", "newName", "newTag"} for it in images)
    assert {it["name"] for it in images} == {container(role)["image"] for role in PODS}


@pytest.mark.skipif(not KUBECTL, reason="needs kubectl")
def test_an_operator_changes_the_images_in_one_place(tmp_path: Path) -> None:
    """`kubectl kustomize` renders the documents of `kubectl apply -k` without a cluster."""
    shutil.copytree(FOLDER, tmp_path, dirs_exist_ok=True)
    file = tmp_path / "kustomization.yaml"
    customization = yaml.safe_load(file.read_text(encoding="utf-8"))
    for image in customization["images"]:
        image |= {"newName": f"images.example.org/our/{image['name']}", "newTag": "2.0.0"}
    file.write_text(yaml.safe_dump(customization), encoding="utf-8")
    rendered = subprocess.run(
        [KUBECTL, "kustomize", tmp_path], capture_output=True, text=True, check=True
    )
    found = {
        it["metadata"]["name"]: it["spec"]["template"]["spec"]["containers"][0]["image"]
        for it in yaml.safe_load_all(rendered.stdout)
        if it["kind"] == "Deployment"
    }
    assert found == {
        f"accounts-{role}": f"images.example.org/our/{container(role)['image']}:2.0.0"
        for role in PODS
    }


@pytest.mark.parametrize("role", ROLES)
def test_a_role_does_the_same_as_in_compose(role: str) -> None:
    commands = [word.split(":-")[-1].rstrip("}") for word in COMPOSE[ROLES[role]]["command"]]
    assert container(role)["args"] == commands


@pytest.mark.parametrize("role", ROLES)
def test_a_role_is_watched_and_limited(role: str) -> None:
    pod = deployment(role)["spec"]["template"]["spec"]
    grace = {"2m": 120, "30s": 45, "10s": 10}[COMPOSE[ROLES[role]]["stop_grace_period"]]
    assert pod["terminationGracePeriodSeconds"] == grace
    found = container(role)
    assert {"startupProbe", "livenessProbe"} <= found.keys()
    assert ("readinessProbe" in found) == (role == "web")
    assert found["resources"]["requests"].keys() == {"cpu", "memory"}
    assert found["securityContext"]["readOnlyRootFilesystem"]


def test_an_outage_takes_no_instance_out_of_the_service() -> None:
    """All instances share their servers, so readiness would take out all of them at once."""
    found = container("web")
    probes = {name: it["httpGet"]["path"] for name, it in found.items() if name.endswith("Probe")}
    assert probes == {
        "startupProbe": "/healthz/ready",
        "readinessProbe": "/healthz/live",
        "livenessProbe": "/healthz/live",
    }
    assert found["startupProbe"]["timeoutSeconds"] > PROBE_TIMEOUT


@pytest.mark.parametrize("role", PODS)
def test_selectors_and_labels_are_those_of_the_role(role: str) -> None:
    labels = {"app.kubernetes.io/name": "accounts", "app.kubernetes.io/component": role}
    spec = deployment(role)["spec"]
    assert spec["selector"]["matchLabels"] == spec["template"]["metadata"]["labels"] == labels


def test_the_settings_exist() -> None:
    settings = configuration()
    known = variables_read("app").keys() | ONE_HEAP.keys()
    files = {name for name in settings if name.endswith("_FILE")}
    assert {name.removesuffix("_FILE") for name in settings} <= known
    for name in files:
        assert settings[name].removeprefix("/srv/secrets/") in {*SECRETS, "redis_url"}


@pytest.mark.parametrize("role", ROLES)
def test_a_value_that_no_operator_chooses_is_that_of_compose(role: str) -> None:
    """Files of secrets of Compose may be missing: an installation without mails needs none."""
    values = COMPOSE[ROLES[role]]["environment"]
    fixed = {name: value for name, value in values.items() if "${" not in value}
    settings = configuration()
    assert {name for name in fixed if not name.endswith("_FILE")} <= settings.keys()
    shared = fixed.keys() & settings.keys()
    assert {name: settings[name] for name in shared} == {name: fixed[name] for name in shared}
    assert settings.items() >= ONE_HEAP.items()

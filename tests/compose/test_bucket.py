"""deploy/s3.yml: an installation whose files are in a store."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from local.waiting import wait_until
from tests.compose.docker import APP_IMAGE, docker
from tests.compose.installation import ADMIN, PASSWORD, Installation, installation

_DOCKERFILE = f"""
FROM {APP_IMAGE}
USER root
COPY weed wget /usr/bin/
HEALTHCHECK NONE
"""
_WGET = """#!/usr/bin/env python3
import sys, urllib.request
urllib.request.urlopen(sys.argv[-1], timeout=2)
"""


@pytest.fixture(scope="module")
def store_image(running: Installation, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Build an image with the SeaweedFS of requirements-local.txt, which is the same program.

    The image of `deploy/s3.yml` also has a wget.
    """
    folder = tmp_path_factory.mktemp("store-image")
    shutil.copy(Path(sys.executable).with_name("weed"), folder)
    (folder / "wget").write_text(_WGET)
    (folder / "wget").chmod(0o755)
    (folder / "Dockerfile").write_text(_DOCKERFILE)
    docker("build", "--quiet", "--tag", "accounts-test-store", str(folder))
    return "accounts-test-store"


@pytest.fixture(scope="module")
def in_bucket(clone: Path, store_image: str) -> Iterator[Installation]:
    """Start an installation by the command of deploy/s3.yml."""
    env = {
        "COMPOSE_FILE": "docker-compose.yml:deploy/s3.yml",
        "SEAWEEDFS_IMAGE": store_image,
        "ADMIN_EMAIL": ADMIN,
        "ADMIN_PASSWORD": PASSWORD,
    }
    with installation(clone, **env) as made:
        made.up()
        yield made


def first_answer(installation: Installation, url: str, token: str) -> httpx.Response:
    """Return the first answer that is not a 503. A new store is healthy before its volumes are."""
    answers: list[httpx.Response] = []

    def is_answered() -> bool:
        answers.append(installation.get(url, headers={"Authorization": f"Bearer {token}"}))
        return answers[-1].status_code != 503

    wait_until(is_answered, timeout=60, what="the new store must serve the files")
    return answers[-1]


def test_files_are_in_the_bucket_and_outlive_a_new_store(
    in_bucket: Installation, tmp_path: Path
) -> None:
    assert in_bucket.import_people(tmp_path, 2000, seed=1) == {"rows": 2000, "created": 2000}
    assert in_bucket.inside("app", "find", "/srv/media", "-type", "f") == ""
    (before,) = in_bucket.containers("store")
    in_bucket.up("--force-recreate", "--no-deps", "store")
    assert in_bucket.containers("store") != [before]
    in_bucket.await_health("app", "healthy")
    with in_bucket.admin() as admin:
        (job,) = admin.status("/api/v1/imports/")["results"]
        token = admin.create("/api/v1/auth/login/", {"email": ADMIN, "password": PASSWORD})[
            "access"
        ]
    url = f"/api/v1/imports/{job['task_id']}/results.csv"
    results = first_answer(in_bucket, url, token)
    assert (results.status_code, results.text.count(",created,")) == (200, 2000)
    assert in_bucket.import_people(tmp_path, 500, seed=2) == {"rows": 500, "skipped": 500}


def test_only_the_processes_with_files_reach_the_store(in_bucket: Installation) -> None:
    network = f"{in_bucket.project}_files"
    inside = docker("network", "inspect", "-f", "{{range .Containers}}{{.Name}} {{end}}", network)
    services = {name.removeprefix(f"{in_bucket.project}-")[:-2] for name in inside.split()}
    assert services == {"store", "app", "celery", "celery-small", "celery-mail"}


def test_the_keys_of_the_store_are_in_no_environment(in_bucket: Installation) -> None:
    key = in_bucket.secret("storage_secret_key")
    for container in in_bucket.all_containers():
        assert key not in docker("inspect", container)

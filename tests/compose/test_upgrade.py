"""deploy/upgrade.sh under load: no short request fails, and no import is lost.

The addresses are those of 1.0.0, which later versions have too.
"""

import os
import signal
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from threading import Event

import httpx
import pytest

from core import __version__
from local.api_client import ApiClient
from local.site import ROOT
from local.users_file import write_users
from local.waiting import wait_until
from tests.compose.docker import CommandFailedError, inspect, run, started
from tests.compose.installation import (
    ADMIN,
    PASSWORD,
    Installation,
    fresh_clone,
    installation,
    write_passwords,
)
from tests.stacks import await_end

RELEASE = "e7586b1"
"""The commit of 1.0.0."""
REVISION, NEXT = "b" * 40, "9.9.9"
ROWS = 300_000
HASHED = 6_000
"""Passwords that two processes hash for a minute or longer: twelve chunks of 13 s each. The workers
are replaced half a minute after the upload, and each first ends its chunk."""
LOGIN = {"email": ADMIN, "password": "not this one, which is a 401"}


@pytest.fixture(scope="module")
def previous(running: Installation, clone: Path) -> Iterator[Installation]:
    """Run an installation of another revision than the one that the test builds."""
    tag = f"upgrade-{running.project}"
    variables = {"ADMIN_EMAIL": ADMIN, "ADMIN_PASSWORD": PASSWORD, "ACCOUNTS_TAG": tag}
    with installation(clone, **variables, THROTTLE_LOGIN="1000000/min") as made:
        made.up("--build")
        yield made


@contextmanager
def load(url: str) -> Iterator[Counter[str]]:
    """Send a GET and a POST every 50 ms, each on a new connection, and count the answers."""
    answers: Counter[str] = Counter()
    is_over = Event()

    def send(method: str, path: str, body: dict[str, str] | None) -> None:
        while not is_over.wait(0.05):
            try:
                answer = httpx.request(
                    method, url + path, json=body, trust_env=False, timeout=30
                ).status_code
            except httpx.HTTPError as error:
                answers[repr(error)] += 1
            else:
                answers[f"{method} {answer}"] += 1

    with ThreadPoolExecutor(2) as pool:
        senders = [
            pool.submit(send, "GET", "/healthz/ready", None),
            pool.submit(send, "POST", "/api/auth/login/", LOGIN),
        ]
        try:
            yield answers
        finally:
            is_over.set()
    for sender in senders:
        sender.result()


def next_release(folder: Path) -> Path:
    """Return a copy of the repository with another version, as a next release would have it."""
    made = fresh_clone(folder / "next")
    for name in ("Dockerfile", "app/core/__init__.py"):
        text = (made / name).read_text()
        assert text.count(f'"{__version__}"') == 1, name
        (made / name).write_text(text.replace(f'"{__version__}"', f'"{NEXT}"'))
    return made


def revision(of: Installation) -> str:
    return of.inside("app", "printenv", "BUILD_REVISION").strip()


def log_in(to: Installation) -> ApiClient:
    body = {"email": ADMIN, "password": PASSWORD}
    answer = httpx.post(f"{to.base_url}/api/auth/login/", json=body, trust_env=False, timeout=60)
    return ApiClient(to.base_url, answer.raise_for_status().json()["access"])


def upload(client: ApiClient, path: Path) -> str:
    """Upload the file and return the URL of its status."""
    files = {"file": (path.name, path.read_bytes(), "text/csv")}
    return str(client._call("POST", "/api/contacts/upload-csv/", files=files)["status_url"])


def upgrade_under_load(
    previous: Installation, following: Installation, folder: Path
) -> Counter[str]:
    """Upgrade during three imports, check them, and return how often each answer came.

    The last import is uploaded when the workers' replacement is near, and ends after it.
    """
    following.compose("build", "app", "nginx")
    slow = write_passwords(folder / "slow.csv", HASHED, prefix="slow")
    uploads: list[tuple[str, int, int]] = []
    with log_in(previous) as admin, load(previous.base_url) as answers:
        for seed in (1, 2):
            written = write_users(folder / "up.csv", ROWS, seed=seed, prefix=f"up{seed}")
            uploads.append((upload(admin, folder / "up.csv"), written.rows, written.valid))
        for line in following.script_lines("upgrade.sh"):
            if line.startswith("upgrade: starting "):
                uploads.append((upload(admin, slow), HASHED, HASHED))
        assert line == "upgrade: done"
        for url, rows, created in uploads:
            document = await_end(admin, url, within=600)
            assert (document["result"]["rows"], document["result"]["created"]) == (rows, created)
    assert len(uploads) == 3
    (worker,) = following.containers("celery")
    replaced_at = datetime.fromisoformat(inspect(worker)["State"]["StartedAt"])
    assert datetime.fromisoformat(document["finished_at"]) > replaced_at, "the import ended before"
    assert revision(following) == REVISION
    for service in ("app", "celery", "celery-small", "celery-mail", "beat"):
        assert len(following.containers(service)) == 1
        following.await_health(service, "healthy")
    return answers


def test_an_upgrade_under_load_fails_no_request_and_loses_no_import(
    previous: Installation, tmp_path: Path
) -> None:
    """The next release changes no file of the proxy, so the proxy goes on too."""
    following = replace(
        previous, clone=next_release(tmp_path), env=previous.env | {"BUILD_REVISION": REVISION}
    )
    before = {service: previous.containers(service) for service in ("postgres", "redis", "nginx")}
    answers = upgrade_under_load(previous, following, tmp_path)
    assert answers.keys() == {"GET 200", "POST 401"}, answers
    assert min(answers.values()) > 100, answers
    assert {service: following.containers(service) for service in before} == before
    assert following.get("/api/").json()["version"] == NEXT


def test_an_upgrade_to_containers_that_do_not_become_healthy_leaves_the_old_ones(
    previous: Installation, tmp_path: Path
) -> None:
    override = tmp_path / "broken.yml"
    check = "{test: [CMD, 'false'], interval: 1s, retries: 2, start_period: 1s}"
    override.write_text(f"services: {{app: {{healthcheck: {check}}}}}\n")
    files = f"docker-compose.yml:{override}"
    broken = replace(previous, env=previous.env | {"COMPOSE_FILE": files})
    before = previous.containers("app")
    with (
        load(previous.base_url) as answers,
        pytest.raises(CommandFailedError, match="are not healthy"),
    ):
        broken.script("upgrade.sh")
    assert answers.keys() == {"GET 200", "POST 401"}, answers
    assert previous.containers("app") == before


@pytest.fixture
def starting(previous: Installation, tmp_path: Path) -> Installation:
    """Return the installation with new web containers that do not become healthy for a minute."""
    override = tmp_path / "starting.yml"
    check = "{test: [CMD, 'false'], interval: 60s, retries: 3, start_period: 60s}"
    override.write_text(f"services: {{app: {{healthcheck: {check}}}}}\n")
    files = f"docker-compose.yml:{override}"
    return replace(previous, env=previous.env | {"COMPOSE_FILE": files})


def test_an_interrupted_upgrade_leaves_only_the_old_containers(
    previous: Installation, starting: Installation
) -> None:
    """The signal reaches the script and its commands, as Ctrl-C does."""
    before = previous.containers("app")
    with started(starting.clone / "deploy/upgrade.sh", env=starting.variables) as upgrade:
        wait_until(
            lambda: len(previous.containers("app")) == 2 * len(before),
            timeout=120, what="a new web container must start",
        )  # fmt: skip
        os.killpg(upgrade.pid, signal.SIGTERM)
        output, _ = upgrade.communicate(timeout=120)
    assert upgrade.returncode == 1, output
    assert output.endswith("upgrade: interrupted; run it again\n")
    assert previous.compose("ps", "--all", "--quiet", "app").split() == before
    assert previous.get("/healthz/ready").status_code == 200


def test_an_upgrade_from_the_release_loses_no_import(
    running: Installation, clone: Path, tmp_path: Path
) -> None:
    """The proxy is replaced too, and accepts no connections meanwhile. No answer is a 5xx."""
    release = tmp_path / "release"
    run(["git", "clone", "--quiet", ROOT, release])
    run(["git", "checkout", "--quiet", RELEASE], cwd=release)
    tag = f"release-{running.project}"
    variables = {"ADMIN_EMAIL": ADMIN, "ADMIN_PASSWORD": PASSWORD, "ACCOUNTS_TAG": tag}
    with installation(release, **variables, THROTTLE_LOGIN="1000000/min") as previous:
        previous.up("--build")
        following = replace(previous, clone=clone, env=previous.env | {"BUILD_REVISION": REVISION})
        answers = upgrade_under_load(previous, following, tmp_path)
        broken_off = {answer: count for answer, count in answers.items() if "Error" in answer}
        assert answers.keys() - broken_off.keys() == {"GET 200", "POST 401"}, answers
        assert sum(broken_off.values()) < 100, answers
        following.up()
        assert following.import_people(tmp_path, 500, seed=3) == {"rows": 500, "created": 500}

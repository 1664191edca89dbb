"""An import of 100,000 rows by a new user, and several replicas of workers and web servers."""

from pathlib import Path

import httpx

from local.api_client import ApiClient
from tests.compose.installation import Installation
from tests.stacks import await_end

PASSWORD = "a phrase for Ana"
ROWS, BAD = 100_000, 1_000


def write_walkers(path: Path) -> Path:
    """Write a file of users that no other test imports."""
    lines = [
        f"walker{n}{'.' if n % (ROWS // BAD) == 0 else '@'}example.com,Walker {n}\n"
        for n in range(ROWS)
    ]
    path.write_text("email,name\n" + "".join(lines))
    return path


def test_a_new_user_with_can_import_imports_100_000_rows(
    running: Installation, tmp_path: Path
) -> None:
    body = {"email": "ana@example.com", "name": "Ana", "password": PASSWORD}
    registered = httpx.post(f"{running.base_url}/api/v1/register/", json=body)
    assert registered.status_code == 201
    with running.admin() as admin:
        admin._call("PATCH", f"/api/v1/users/{registered.json()['id']}/", json={"can_import": True})
    with ApiClient.log_in(running.base_url, "ana@example.com", PASSWORD) as ana:
        document = await_end(ana, ana.upload(write_walkers(tmp_path / "people.csv")), within=120)
    assert document["status"] == "SUCCESS"
    counts = {name: count for name, count in document["result"].items() if count}
    assert counts == {"rows": ROWS, "created": ROWS - BAD, "failed": BAD}


def test_a_build_and_a_first_scale_replace_no_container(running: Installation) -> None:
    before = running.all_containers()
    running.compose("build")
    with running.scaled(celery=2):
        assert before < running.all_containers()
        assert len(running.containers("celery")) == 2


def test_four_workers_and_three_web_servers_share_the_work(
    running: Installation, tmp_path: Path
) -> None:
    with running.scaled(celery=4, app=3):
        assert (len(running.containers("celery")), len(running.containers("app"))) == (4, 3)
        for _ in range(60):
            assert running.get("/api/").status_code == 200
        used = {entry["upstream"] for entry in running.proxy_log()[-50:]}
        assert len(used) == 3, used

        assert running.import_people(tmp_path, 1_000_000, seed=2)["rows"] == 1_000_000
        logs = running.compose("logs", "--no-color", "celery").splitlines()
    ends = [line for line in logs if "load_chunk" in line and "succeeded" in line]
    loaded = {line.split()[0] for line in ends}
    assert len(loaded) >= 3, loaded


def test_ten_web_replicas_become_healthy(running: Installation) -> None:
    with running.scaled(app=10):
        assert len(running.containers("app")) == 10
        assert running.get("/healthz/ready").status_code == 200

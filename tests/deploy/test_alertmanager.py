"""observability/alertmanager: an alert is mailed by a real Alertmanager."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from local.ports import HOST, free_port
from local.site import ROOT
from local.waiting import wait_until
from tests.mails import Mailbox, serving

FOLDER = ROOT / "observability" / "alertmanager"
PROGRAM = Path(os.environ.get("ALERTMANAGER_PROGRAM", "/usr/bin/alertmanager"))
SHARE = PROGRAM.parents[1] / "share"
# Debian's program looks for its templates in /usr/share, where an unpacked package has none.
WITH_SHARE = 'mount -t overlay none -o "lowerdir=$0:/usr/share" /usr/share && exec "$@"'


def committed() -> dict[str, Any]:
    config: dict[str, Any] = yaml.safe_load((FOLDER / "alertmanager.yml").read_text())
    return config


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """Run a mail server that accepts every client."""
    made = Mailbox()
    with serving(made):
        yield made


@pytest.fixture
def url(mailbox: Mailbox, tmp_path: Path) -> Iterator[str]:
    """Run Alertmanager with the committed configuration and the mail server of the test."""
    config = committed()
    del config["global"]["smtp_auth_username"], config["global"]["smtp_auth_password_file"]
    config["global"] |= {"smtp_smarthost": f"{HOST}:{mailbox.port}", "smtp_require_tls": False}
    config["route"]["group_wait"] = "0s"
    (tmp_path / "alertmanager.yml").write_text(yaml.safe_dump(config))
    address = f"{HOST}:{free_port()}"
    options = (
        f"--config.file={tmp_path / 'alertmanager.yml'}",
        f"--storage.path={tmp_path / 'data'}",
        f"--web.listen-address={address}",
        "--cluster.listen-address=",
    )
    unshared = ("unshare", "--mount", "sh", "-c", WITH_SHARE, SHARE)
    prefix = unshared if ROOT in PROGRAM.parents else ()
    if prefix and subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode:
        pytest.skip("an unpacked Alertmanager needs root and an overlay file system")
    with subprocess.Popen([*prefix, PROGRAM, *options], stderr=subprocess.DEVNULL) as process:
        try:
            wait_until(lambda: is_ready(address), timeout=30, what="Alertmanager must be ready")
            yield f"http://{address}"
        finally:
            process.terminate()


def is_ready(address: str) -> bool:
    try:
        return httpx.get(f"http://{address}/-/ready", trust_env=False, timeout=5).is_success
    except httpx.HTTPError:
        return False


@pytest.mark.skipif(not PROGRAM.exists(), reason="needs alertmanager")
def test_an_alert_is_mailed_to_the_operators(url: str, mailbox: Mailbox) -> None:
    names = {"alertname": "AccountsServiceDown", "job": "celery"}
    texts = {"summary": "The service celery is down.", "runbook": "docs/runbook.md#x"}
    alert = {"labels": names, "annotations": texts}
    assert httpx.post(f"{url}/api/v2/alerts", json=[alert], trust_env=False).status_code == 200
    wait_until(lambda: bool(mailbox.mails), timeout=30, what="the mail must arrive")
    (mail,) = mailbox.mails
    assert mail["To"] == "operators@example.com"
    assert "AccountsServiceDown" in mail["Subject"]
    assert texts["summary"] in mail.as_string()


def test_the_rules_name_alerts_that_exist() -> None:
    groups = yaml.safe_load((ROOT / "observability/prometheus/alerts.yml").read_text())["groups"]
    known = {rule["alert"] for group in groups for rule in group["rules"]}
    rules = committed()["inhibit_rules"]
    matchers = [m for r in rules for m in (*r["source_matchers"], *r["target_matchers"])]
    assert {matcher.removeprefix("alertname = ") for matcher in matchers} <= known


def test_prometheus_finds_alertmanager_where_compose_runs_it() -> None:
    compose = yaml.safe_load((ROOT / "deploy/alertmanager.yml").read_text())
    (volume,) = compose["services"]["prometheus"]["volumes"]
    host, inside, _ = volume.split(":")
    prometheus = yaml.safe_load((ROOT / "observability/prometheus/prometheus.yml").read_text())
    (found,) = prometheus["alerting"]["alertmanagers"]
    assert found["file_sd_configs"] == [{"files": [f"{inside}/*.yml"]}]
    (targets,) = (ROOT / host).glob("*.yml")
    assert yaml.safe_load(targets.read_text()) == [{"targets": ["alertmanager:9093"]}]
    assert "alertmanager" in compose["services"]

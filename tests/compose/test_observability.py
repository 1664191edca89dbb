"""The Prometheus of the profile `observability`."""

import httpx
import yaml

from local.ports import free_port
from local.site import ROOT
from local.waiting import wait_until
from tests.compose.installation import Installation
from tests.prometheus import Prometheus

EXPECTED = {"app": 3, "celery": 2, "celery-small": 1, "celery-mail": 1, "beat": 1}
ALERTS = ROOT / "observability/prometheus/alerts.yml"


def test_prometheus_finds_every_replica_by_name(running: Installation) -> None:
    port = free_port()
    running.env["PROMETHEUS_PORT"] = str(port)
    observed = ("--profile", "observability")
    prometheus = Prometheus(f"http://127.0.0.1:{port}")
    query = "count by (job) (up == 1)"
    with running.scaled(app=3, celery=2):
        running.compose(*observed, "up", "-d", "--wait", "--no-deps", "prometheus")
        wait_until(
            lambda: {s.labels["job"]: s.value for s in prometheus.query(query)} == EXPECTED,
            timeout=90, what=f"{query} must be {EXPECTED}", poll=1,
        )  # fmt: skip
        groups = prometheus.ask("rules")["groups"]
        alerts = yaml.safe_load(ALERTS.read_text())["groups"]
        assert {group["name"] for group in groups} == {group["name"] for group in alerts}
        assert httpx.get(f"{running.base_url}/metrics", trust_env=False).status_code == 404
        running.compose(*observed, "rm", "--stop", "--force", "prometheus")

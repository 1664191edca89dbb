"""The alerts and dashboards on a real Prometheus: every query has data."""

import json
import math
import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from functools import partial

import httpx
import psutil
import pytest
import yaml

from local.errors import LocalError
from local.site import ROOT
from local.stack import Stack
from local.users_file import UsersFile, write_users
from local.waiting import wait_until
from tests.prometheus import FOLDER, MISSING, Prometheus, watching
from tests.stacks import as_admin, await_end, running

pytestmark = [
    pytest.mark.xdist_group("stack"),
    pytest.mark.skipif(bool(MISSING), reason=f"{MISSING} not on the path: apt install prometheus"),
]
DASHBOARDS = sorted((ROOT / "observability/grafana/dashboards").glob("*.json"))
_SELECTOR = re.compile(r"\b(?:up|process|accounts|django)(?:_\w+)?(?:\{[^}]*\})?")


def panels() -> Iterator[tuple[str, str]]:
    """Yield the title and the query of each panel of the dashboards."""
    for path in DASHBOARDS:
        for panel in json.loads(path.read_text())["panels"]:
            for target in panel.get("targets", ()):
                yield f"{path.stem}: {panel['title']}", target["expr"]


def alert_selectors() -> Iterator[tuple[str, str]]:
    """Yield each alert and each selector of its expression, which must have series."""
    for group in yaml.safe_load((FOLDER / "alerts.yml").read_text())["groups"]:
        for rule in group["rules"]:
            for selector in sorted(set(_SELECTOR.findall(rule["expr"]))):
                yield rule["alert"], selector


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with running(tmp_path_factory.mktemp("metrics") / "data") as stack:
        yield stack


@pytest.fixture(scope="module")
def prometheus(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prometheus]:
    with watching(stack, tmp_path_factory.mktemp("prometheus")) as prometheus:
        wait_until(
            lambda: [sample.value for sample in prometheus.query("up")] == [1] * 5,
            timeout=120, what="all five jobs must be scraped", poll=0.2,
        )  # fmt: skip
        yield prometheus


@pytest.fixture(scope="module")
def imported(
    stack: Stack, prometheus: Prometheus, tmp_path_factory: pytest.TempPathFactory
) -> UsersFile:
    """Cause data for every query: logins, 4xx and 5xx errors, an import and a failing import."""
    folder = tmp_path_factory.mktemp("users")
    written = write_users(folder / "users.csv", 20_000)
    (folder / "cut.csv").write_text('email,name\na@example.com,"never closed\n')
    with as_admin(stack) as admin:
        assert (
            await_end(admin, admin.upload(folder / "users.csv"), within=60)["status"] == "SUCCESS"
        )
        assert await_end(admin, admin.upload(folder / "cut.csv"), within=60)["status"] == "FAILURE"
        for path in ("/api/nothing/", "/api/v1/users/?search=a"):
            httpx.get(stack.base_url + path, trust_env=False, timeout=30)
        stack.stop_process("postgres")
        with pytest.raises(LocalError, match="answers 503"):
            admin.status("/api/v1/users/me/")
        stack.start(["postgres"])
    last = 'django_http_responses_total_by_status_total{status="503"}'
    prometheus.await_value(f"sum({last})", 1)
    # The last scrape may be one without PostgreSQL, which has no metrics of imports.
    for series in (
        'accounts_celery_task_last_success_timestamp_seconds{task="tasks.recover"}',
        "accounts_import_oldest_waiting_seconds",
    ):
        has_samples = partial(_has_samples, prometheus, series)
        wait_until(has_samples, timeout=30, what=f"{series} must be scraped", poll=0.5)
    return written


def _has_samples(prometheus: Prometheus, series: str) -> bool:
    return bool(prometheus.query(series))


@pytest.mark.usefixtures("imported")
@pytest.mark.parametrize(("panel", "expression"), list(panels()))
def test_every_panel_has_data(prometheus: Prometheus, panel: str, expression: str) -> None:
    for variable in ("$__rate_interval", "$__range"):
        expression = expression.replace(variable, "5m")
    samples = prometheus.query(expression)
    assert samples, panel
    assert not [sample for sample in samples if math.isnan(sample.value)], panel


@pytest.mark.usefixtures("imported")
@pytest.mark.parametrize(("alert", "selector"), list(alert_selectors()))
def test_every_alert_has_series(prometheus: Prometheus, alert: str, selector: str) -> None:
    assert prometheus.query(selector), alert


@pytest.mark.usefixtures("imported")
def test_every_rule_evaluates_and_the_expected_alert_fires(prometheus: Prometheus) -> None:
    rules = [rule for group in prometheus.ask("rules")["groups"] for rule in group["rules"]]
    assert rules
    assert {rule["health"] for rule in rules} == {"ok"}
    # The request during the stop of PostgreSQL waited for a connection in vain; so may recover.
    firing = 'count by (alertname) (ALERTS{alertstate="firing"})'
    prometheus.await_value(firing.replace("{", '{alertname="AccountsPoolExhausted",'), 1)
    names = {alert.labels["alertname"] for alert in prometheus.query(firing)}
    assert names <= {"AccountsPoolExhausted", "AccountsTaskFailures"}


def test_row_and_job_counters_match_the_imports(
    prometheus: Prometheus, imported: UsersFile
) -> None:
    bad = imported.rows - imported.valid
    rows = 'max by (outcome) (accounts_import_rows_total{outcome="%s"})'
    prometheus.await_value(rows % "created", imported.valid)
    prometheus.await_value(rows % "failed", bad)
    prometheus.await_value("sum(max by (code) (accounts_import_row_errors_total))", bad)
    prometheus.await_value('accounts_import_failures_total{code="unclosed_quote"}', 1)
    jobs = 'max by (status) (accounts_import_jobs{status="%s"})'
    prometheus.await_value(jobs % "SUCCESS", 1)
    prometheus.await_value(jobs % "FAILURE", 1)
    tasks = 'sum(accounts_celery_task_duration_seconds_count{task="tasks.process_csv"})'
    prometheus.await_value(tasks, 2)


@pytest.mark.usefixtures("imported")
def test_killed_web_workers_keep_their_counters_and_lose_their_gauges(
    stack: Stack, prometheus: Prometheus
) -> None:
    served = "sum(django_http_responses_total_by_status_total)"
    pools = "sum(accounts_database_pool_max_connections)"
    of_two = 36  # each has 16 threads

    def both_have_a_pool() -> bool:
        httpx.get(
            f"{stack.base_url}/healthz/ready", trust_env=False, timeout=30
        )  # either web worker answers
        return prometheus.value(pools) == of_two

    wait_until(both_have_a_pool, timeout=30, what="both web workers must have answered")
    before = prometheus.value(served)
    master = psutil.Process(stack.pid("web"))
    victims = master.children()
    for victim in victims:
        os.kill(victim.pid, signal.SIGKILL)
    wait_until(
        lambda: len({*master.children()} - {*victims}) == len(victims),
        timeout=30, what="gunicorn must replace the killed web workers",
    )  # fmt: skip
    prometheus.await_scrape("app", since=time.time())
    # One or both new web workers have a pool. With those of the killed ones there would be 3 or 4.
    assert prometheus.value(pools) <= of_two
    assert prometheus.value(served) >= before


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "config", "prometheus.yml"),
        ("check", "rules", "--lint=all", "--lint-fatal", "alerts.yml"),
        ("test", "rules", "tests/alerts.yml"),
    ],
    ids=" ".join,
)
def test_promtool_accepts_the_rules(arguments: tuple[str, ...]) -> None:
    done = subprocess.run(
        ["promtool", *arguments],  # noqa: S607
        cwd=FOLDER, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_alert_is_tested_and_in_the_runbook() -> None:
    alerts = {alert for alert, _ in alert_selectors()}
    tested = (FOLDER / "tests/alerts.yml").read_text()
    runbook = (ROOT / "docs/runbook.md").read_text()
    assert {alert for alert in alerts if f'alertname="{alert}"' not in tested} == set()
    assert {alert for alert in alerts if f"### {alert}\n" not in runbook} == set()


def test_the_metrics_pages_pass_the_linter_of_promtool(stack: Stack) -> None:
    for address in stack.site.metrics_addresses.values():
        answer = httpx.get(f"http://{address}/metrics", trust_env=False, timeout=30)
        assert answer.status_code == httpx.codes.OK
        assert "accounts_build_info" in answer.text
        done = subprocess.run(
            ["promtool", "check", "metrics"],  # noqa: S607
            input=answer.text, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert "error while linting" not in done.stderr
        # The names of libraries' metrics are not ours to change.
        ours = [line for line in done.stderr.splitlines() if line.startswith("accounts_")]
        assert not ours, done.stderr

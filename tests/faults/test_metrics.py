"""/metrics while a server is frozen: only the metrics of this server are missing."""

import time
from collections.abc import Iterator

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from local.stack import Stack
from local.waiting import wait_until
from tests.stacks import frozen, running

pytestmark = pytest.mark.xdist_group("stack")
LONGEST = 5.0
"""Seconds for a scrape; the timeout of Prometheus is 10 s."""


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with running(tmp_path_factory.mktemp("metrics") / "data") as stack:
        yield stack


def scrape(stack: Stack) -> dict[str, float]:
    """Return all values of the web page of metrics by name and labels; check the duration."""
    started = time.monotonic()
    answer = httpx.get(f"{stack.base_url}/metrics", trust_env=False, timeout=30)
    assert time.monotonic() - started < LONGEST
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.text)
    samples = [sample for family in families for sample in family.samples]
    return {" ".join([sample.name, *sample.labels.values()]): sample.value for sample in samples}


@pytest.mark.parametrize(
    ("server", "source", "metric"),
    [
        ("postgres", "database", "accounts_import_jobs SUCCESS"),
        ("valkey", "redis", "accounts_celery_queue_length default"),
    ],
)
def test_a_frozen_server_hides_only_its_own_metrics_until_it_thaws(
    stack: Stack, server: str, source: str, metric: str
) -> None:
    up = f"accounts_metrics_source_up {source}"
    assert scrape(stack)[up] == 1
    with frozen(stack, server):
        for _ in range(4):  # both web workers, and again while the first query still waits
            values = scrape(stack)
            assert values[up] == 0
            assert metric not in values
            assert "accounts_storage_free_bytes" in values
    wait_until(lambda: scrape(stack)[up] == 1, timeout=30, what=f"{source} must be read again")
    assert metric in scrape(stack)

"""One system and one collector for all tests of traces."""

from collections.abc import Iterator

import pytest

from local.stack import Stack
from local.users_file import write_users
from local.waiting import wait_until
from tests.collector import Collector, collecting
from tests.e2e.traces.upload import CALLER, CHUNKS, TRACE
from tests.stacks import as_admin, await_end, running


@pytest.fixture(scope="package")
def collector() -> Iterator[Collector]:
    with collecting() as collector:
        yield collector


@pytest.fixture(scope="package")
def stack(tmp_path_factory: pytest.TempPathFactory, collector: Collector) -> Iterator[Stack]:
    env = {
        "OTEL_EXPORTER_JAEGER_ENDPOINT": collector.url,
        "OTEL_BSP_SCHEDULE_DELAY": "100",
        "IMPORT_CHUNK_ROWS": "100",
    }
    with running(tmp_path_factory.mktemp("traces"), **env) as stack:
        yield stack


@pytest.fixture(scope="package")
def job_id(stack: Stack, collector: Collector, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Import a file with more chunks than one trace covers, as a client with a trace."""
    path = tmp_path_factory.mktemp("people") / "people.csv"
    write_users(path, CHUNKS * 100, bad_share=0)
    with as_admin(stack) as admin:
        admin._http.headers["traceparent"] = f"00-{TRACE}-{CALLER}-01"
        url = admin.upload(path)
        del admin._http.headers["traceparent"]
        document = await_end(admin, url, within=60)
    assert document["status"] == "SUCCESS"
    assert document["trace_id"] == TRACE
    task = "tasks.load_chunk imports_small"
    wait_until(
        lambda: len(collector.named(task)) >= CHUNKS,
        timeout=20, what="the spans of all chunks must arrive", poll=0.2,
    )  # fmt: skip
    return str(document["task_id"])

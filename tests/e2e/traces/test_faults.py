"""Traces of failing tasks and requests, and a collector that is unavailable."""

from pathlib import Path

import pytest

from local.errors import LocalError
from local.stack import Stack
from local.users_file import write_users
from local.waiting import wait_until
from tests.collector import Collector, Received, collecting
from tests.stacks import as_admin, await_end, running

pytestmark = pytest.mark.xdist_group("stack")


def test_a_retry_is_in_the_same_trace(stack: Stack, collector: Collector, tmp_path: Path) -> None:
    write_users(tmp_path / "people.csv", 10, bad_share=0)
    stack.stop_process("worker-small")
    with as_admin(stack) as admin:
        url = admin.upload(tmp_path / "people.csv")
        trace_id, job_id = (admin.status(url)[name] for name in ("trace_id", "task_id"))
        (stored,) = (stack.data / "media/imports" / job_id).iterdir()
        content = stored.read_bytes()
        stored.unlink()
        stored.mkdir()  # a folder cannot be read as a file: a temporary fault, which is retried
        stack.start(["worker-small"])
        name = "tasks.process_csv imports_small"
        wait_until(
            lambda: bool(collector.named(name, trace_id=trace_id)),
            timeout=20, what="the span of the first attempt must arrive", poll=0.1,
        )  # fmt: skip
        stored.rmdir()
        stored.write_bytes(content)
        assert await_end(admin, url, within=60)["status"] == "SUCCESS"
    wait_until(
        lambda: len(collector.named(name, trace_id=trace_id)) > 1,
        timeout=20, what="the span of the second attempt must arrive", poll=0.2,
    )  # fmt: skip
    first = collector.named(name, trace_id=trace_id)[0]
    assert [event.name for event in first.span.events] == ["retry"]
    assert first.span.status.code == first.span.status.STATUS_CODE_UNSET


def test_a_503_is_an_error_in_its_trace(stack: Stack, collector: Collector) -> None:
    with as_admin(stack) as admin:
        stack.stop_process("postgres")
        with pytest.raises(LocalError, match="answers 503"):
            admin.status("/api/v1/users/me/")
        stack.start(["postgres"])

    def failed() -> list[Received]:
        spans = collector.named("GET /api/v1/users/me/")
        return [span for span in spans if span.attributes.get("error.type") == "503"]

    wait_until(lambda: bool(failed()), timeout=20, what="the span must arrive", poll=0.2)
    (received,) = failed()
    assert received.attributes["http.response.status_code"] == 503
    assert received.span.status.code == received.span.status.STATUS_CODE_ERROR
    assert not received.span.status.message


def test_an_unavailable_collector_stops_no_import(tmp_path: Path) -> None:
    with collecting() as stopped:
        pass
    write_users(tmp_path / "people.csv", 10, bad_share=0)
    with (
        running(tmp_path / "data", OTEL_EXPORTER_JAEGER_ENDPOINT=stopped.url) as stack,
        as_admin(stack) as admin,
    ):
        document = await_end(admin, admin.upload(tmp_path / "people.csv"), within=60)
    assert document["result"]["created"] == 10

"""What a collector gets from the real processes: one trace for an upload, down to its SQL."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from local.errors import LocalError
from local.people import write_people
from local.stack import Stack
from local.waiting import wait_until
from tasks.pipeline.enqueue import TRACED_CHUNKS
from tests.collector import KINDS, Collector, Received, collecting
from tests.stacks import ADMIN, PASSWORD, as_admin, ended, numbers, running

pytestmark = pytest.mark.xdist_group("stack")
TRACE, CALLER = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
CHUNKS = TRACED_CHUNKS + 4
PERSONAL = (b"example.com", b"Zebulon", b"Bearer", b"client.address", b"user_agent", b"url.query")


@pytest.fixture(scope="module")
def collector() -> Iterator[Collector]:
    with collecting() as collector:
        yield collector


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory, collector: Collector) -> Iterator[Stack]:
    env = {
        "OTEL_EXPORTER_JAEGER_ENDPOINT": collector.url,
        "OTEL_BSP_SCHEDULE_DELAY": "100",
        "IMPORT_CHUNK_ROWS": "100",
    }
    with running(tmp_path_factory.mktemp("traces"), **env) as stack:
        yield stack


@pytest.fixture(scope="module")
def job_id(stack: Stack, collector: Collector, tmp_path_factory: pytest.TempPathFactory) -> str:
    """An import of some chunks too many for one trace, asked for by a traced caller."""
    path = tmp_path_factory.mktemp("people") / "people.csv"
    write_people(path, CHUNKS * 100, bad_share=0)
    with as_admin(stack) as admin:
        admin._http.headers["traceparent"] = f"00-{TRACE}-{CALLER}-01"
        url = admin.upload(path)
        del admin._http.headers["traceparent"]
        document = ended(admin, url, within=60)
    assert document["status"] == "SUCCESS"
    assert document["trace_id"] == TRACE
    task = "tasks.load_chunk imports_small"
    wait_until(
        lambda: len(collector.named(task)) == CHUNKS,
        timeout=20, what="the spans of all chunks must arrive", poll=0.2,
    )  # fmt: skip
    return str(document["task_id"])


@pytest.mark.usefixtures("job_id")
def test_an_upload_is_one_trace_down_to_its_sql(collector: Collector) -> None:
    for copy in collector.named("COPY users_uc_user", trace_id=TRACE):
        above = [copy]
        while parent := collector.parent(above[-1]):
            above.append(parent)
        assert [received.name for received in above] == [
            "COPY users_uc_user",
            "tasks.load_chunk imports_small",
            "send imports_small",
            "tasks.process_csv imports_small",
            "send imports_small",
            "POST /api/contacts/upload-csv/",
        ]
        assert above[-1].span.parent_span_id.hex() == CALLER
    selects = collector.named("SELECT", trace_id=TRACE)
    assert "SELECT 1" not in {select.attributes["db.query.text"] for select in selects}
    assert {parent_name(collector, s) for s in selects} == {
        "POST /api/contacts/upload-csv/",
        "tasks.process_csv imports_small",
        "tasks.load_chunk imports_small",
    }


def parent_name(collector: Collector, received: Received) -> str:
    parent = collector.parent(received)
    return parent.name if parent else ""


def test_later_chunks_have_traces_that_are_linked(collector: Collector, job_id: str) -> None:
    chunks = collector.named("tasks.load_chunk imports_small")
    inside = [chunk for chunk in chunks if chunk.trace_id == TRACE]
    linked = [chunk for chunk in chunks if chunk.trace_id != TRACE]
    numbers_inside = {chunk.attributes["accounts.import.chunk"] for chunk in inside}
    assert numbers_inside == set(range(1, TRACED_CHUNKS + 1))
    assert len({chunk.trace_id for chunk in linked}) == CHUNKS - TRACED_CHUNKS
    (sent,) = (
        s for s in collector.named("send imports_small", trace_id=TRACE)
        if s.attributes["messaging.batch.message_count"] == CHUNKS
    )  # fmt: skip
    for chunk in linked:
        assert not chunk.span.parent_span_id
        (link,) = chunk.span.links
        assert (link.trace_id, link.span_id) == (sent.span.trace_id, sent.span.span_id)
        assert collector.named("COPY users_uc_user", trace_id=chunk.trace_id)
    assert {chunk.attributes["accounts.import.job_id"] for chunk in chunks} == {job_id}


@pytest.mark.usefixtures("job_id")
def test_attributes_follow_the_semantic_conventions(stack: Stack, collector: Collector) -> None:
    (upload,) = collector.named("POST /api/contacts/upload-csv/")
    assert (upload.service, upload.span.kind) == ("accounts-web", KINDS.SPAN_KIND_SERVER)
    host, _, port = stack.base_url.removeprefix("http://").partition(":")
    assert (
        upload.attributes.items()
        >= {
            "http.request.method": "POST",
            "http.response.status_code": 202,
            "http.route": "/api/contacts/upload-csv/",
            "url.path": "/api/contacts/upload-csv/",
            "url.scheme": "http",
            "server.address": host,
            "server.port": int(port),
        }.items()
    )
    (plan,) = collector.named("tasks.process_csv imports_small")
    assert (plan.service, plan.span.kind) == ("accounts-worker", KINDS.SPAN_KIND_CONSUMER)
    assert (
        plan.attributes.items()
        >= {
            "messaging.system": "celery",
            "messaging.operation.type": "process",
            "messaging.destination.name": "imports_small",
            "messaging.message.id": plan.attributes["accounts.import.job_id"],
        }.items()
    )
    for query in collector.named("UPDATE", trace_id=TRACE):
        assert query.span.kind == KINDS.SPAN_KIND_CLIENT
        assert query.attributes["db.system.name"] == "postgresql"
        assert query.attributes["db.namespace"] == "accounts"
        assert str(query.attributes["db.query.text"]).startswith("UPDATE ")


def test_a_retry_is_in_the_same_trace(stack: Stack, collector: Collector, tmp_path: Path) -> None:
    write_people(tmp_path / "people.csv", 10, bad_share=0)
    stack.stop_process("worker-small")
    with as_admin(stack) as admin:
        url = admin.upload(tmp_path / "people.csv")
        trace_id, job_id = (admin.status(url)[name] for name in ("trace_id", "task_id"))
        (stored,) = (stack.data / "media/imports" / job_id).iterdir()
        content = stored.read_bytes()
        stored.unlink()
        stored.mkdir()  # what is there cannot be read: a fault that may pass
        stack.start(["worker-small"])
        name = "tasks.process_csv imports_small"
        wait_until(
            lambda: bool(collector.named(name, trace_id=trace_id)),
            timeout=20, what="the first try must arrive", poll=0.1,
        )  # fmt: skip
        stored.rmdir()
        stored.write_bytes(content)
        assert ended(admin, url, within=60)["status"] == "SUCCESS"
    wait_until(
        lambda: bool(collector.named("COPY users_uc_user", trace_id=trace_id)),
        timeout=20, what="the spans must arrive", poll=0.2,
    )  # fmt: skip
    first, *others = collector.named(name, trace_id=trace_id)
    assert others
    assert [event.name for event in first.span.events] == ["retry"]
    assert first.span.status.code == first.span.status.STATUS_CODE_UNSET


def test_a_server_error_is_one_in_the_trace(stack: Stack, collector: Collector) -> None:
    with as_admin(stack) as admin:
        stack.stop_process("postgres")
        with pytest.raises(LocalError, match="answers 503"):
            admin.status("/api/users/me/")
        stack.start(["postgres"])

    def failed() -> list[Received]:
        spans = collector.named("GET /api/users/me/")
        return [span for span in spans if span.attributes.get("error.type") == "503"]

    wait_until(lambda: bool(failed()), timeout=20, what="the span must arrive", poll=0.2)
    (received,) = failed()
    assert received.attributes["http.response.status_code"] == 503
    assert received.span.status.code == received.span.status.STATUS_CODE_ERROR
    assert not received.span.status.message


def test_nothing_personal_is_sent(stack: Stack, collector: Collector, tmp_path: Path) -> None:
    """Not even where people are searched, refused, or named by PostgreSQL's own messages."""
    path = tmp_path / "again.csv"
    path.write_text(f"email,name\n{ADMIN},Zebulon Quux\nnew@example.com,Zebulon Quux\n")
    with as_admin(stack) as admin:
        before = len(collector.named("GET /api/users/"))
        admin.status(f"/api/users/?search={ADMIN}")
        httpx.get(f"{stack.base_url}/api/{ADMIN}/Zebulon", trust_env=False)
        document = ended(admin, admin.upload(path), within=60)
    assert document["result"]["skipped"] == 1
    wait_until(
        lambda: (
            len(collector.named("GET /api/users/")) > before
            and bool(collector.named("COPY users_uc_user", trace_id=document["trace_id"]))
        ),
        timeout=20, what="the spans must arrive", poll=0.2,
    )  # fmt: skip
    refused = collector.named("COPY users_uc_user", trace_id=document["trace_id"])
    events = [event for copy in refused for event in copy.span.events]
    assert [event.name for event in events] == ["exception"], "PostgreSQL named a person here"
    sent = b"".join(collector.bodies)
    for part in (*PERSONAL, PASSWORD.encode()):
        assert part not in sent, part


@pytest.mark.usefixtures("job_id")
def test_what_beat_does_all_day_is_not_recorded(stack: Stack, collector: Collector) -> None:
    (families,) = numbers(stack, "SELECT count(*) FROM users_uc_refreshfamily")
    assert families, "something was asked of PostgreSQL outside of every trace"
    roots = [received for received in collector.spans if not received.span.parent_span_id]
    assert not [root.name for root in roots if root.service == "accounts-beat"]
    assert {root.span.kind for root in roots} <= {
        KINDS.SPAN_KIND_SERVER,
        KINDS.SPAN_KIND_CONSUMER,
    }
    assert not [root for root in roots if "recover" in root.name]


def lines(stack: Stack, name: str) -> list[dict[str, object]]:
    """All that was logged; Celery's "worker: Warm shutdown" is the one thing it does not log."""
    text = (stack.data / "logs" / f"{name}.log").read_text()
    logged = (line for line in text.splitlines() if line and not line.startswith("worker: "))
    return [json.loads(line) for line in logged]


def test_logs_are_json_with_the_ids_of_the_import(stack: Stack, job_id: str) -> None:
    (accepted,) = (
        line for line in lines(stack, "web")
        if line.get("job_id") == job_id and str(line["message"]).startswith("POST ")
    )  # fmt: skip
    (admin_id,) = numbers(stack, f"SELECT id FROM users_uc_user WHERE email = '{ADMIN}'")  # noqa: S608
    assert accepted.items() >= {
        "level": "INFO", "logger": "accounts.requests", "status": 202,
        "trace_id": TRACE, "job_id": job_id, "user_id": str(admin_id),
    }.items()  # fmt: skip
    assert len(str(accepted["request_id"])) == 32
    (planned,) = (
        line for line in lines(stack, "worker-small")
        if str(line["message"]).startswith(f"Task tasks.process_csv[{job_id}] succeeded")
    )  # fmt: skip
    assert planned.items() >= {"trace_id": TRACE, "job_id": job_id, "task_id": job_id}.items()
    for name in ("worker", "worker-small", "beat"):
        assert all(line.keys() >= {"timestamp", "level", "message"} for line in lines(stack, name))


def test_a_collector_that_is_away_is_done_without(tmp_path: Path) -> None:
    with collecting() as gone:
        pass
    write_people(tmp_path / "people.csv", 10, bad_share=0)
    with (
        running(tmp_path / "data", OTEL_EXPORTER_JAEGER_ENDPOINT=gone.url) as stack,
        as_admin(stack) as admin,
    ):
        document = ended(admin, admin.upload(tmp_path / "people.csv"), within=60)
    assert document["result"]["created"] == 10

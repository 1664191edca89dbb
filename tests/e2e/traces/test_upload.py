"""The trace of an upload, from the request to the SQL statements."""

import pytest

from local.stack import Stack
from tasks.lifecycle.enqueue import TRACED_CHUNKS
from tests.collector import KINDS, Collector, Received
from tests.e2e.traces.upload import CALLER, CHUNKS, TRACE

pytestmark = pytest.mark.xdist_group("stack")


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
            "POST /api/v1/imports/",
        ]
        assert above[-1].span.parent_span_id.hex() == CALLER
    selects = collector.named("SELECT", trace_id=TRACE)
    assert "SELECT 1" not in {select.attributes["db.query.text"] for select in selects}
    assert {parent_name(collector, s) for s in selects} == {
        "POST /api/v1/imports/",
        "tasks.process_csv imports_small",
        "tasks.load_chunk imports_small",
    }


def parent_name(collector: Collector, received: Received) -> str:
    parent = collector.parent(received)
    return parent.name if parent else ""


def test_later_chunks_have_linked_traces_of_their_own(collector: Collector, job_id: str) -> None:
    spans = collector.named("tasks.load_chunk imports_small")
    chunks = [s for s in spans if s.attributes["accounts.import.job_id"] == job_id]
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


@pytest.mark.usefixtures("job_id")
def test_attributes_follow_the_semantic_conventions(stack: Stack, collector: Collector) -> None:
    (upload,) = collector.named("POST /api/v1/imports/", trace_id=TRACE)
    assert (upload.service, upload.span.kind) == ("accounts-web", KINDS.SPAN_KIND_SERVER)
    host, _, port = stack.base_url.removeprefix("http://").partition(":")
    assert (
        upload.attributes.items()
        >= {
            "http.request.method": "POST",
            "http.response.status_code": 202,
            "http.route": "/api/v1/imports/",
            "url.path": "/api/v1/imports/",
            "url.scheme": "http",
            "server.address": host,
            "server.port": int(port),
        }.items()
    )
    (plan,) = collector.named("tasks.process_csv imports_small", trace_id=TRACE)
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

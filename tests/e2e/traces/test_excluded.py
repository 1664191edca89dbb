"""Data and tasks that are not sent to a collector."""

from pathlib import Path

import httpx
import psycopg
import pytest

from local.stack import Stack
from local.waiting import wait_until
from tests.collector import KINDS, Collector
from tests.stacks import ADMIN, PASSWORD, as_admin, await_end, numbers

pytestmark = pytest.mark.xdist_group("stack")
PERSONAL = (b"example.com", b"Zebulon", b"Bearer", b"client.address", b"user_agent", b"url.query")

WAITING = (
    "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'COPY%' AND wait_event_type = 'Lock'"
)


def test_no_personal_data_are_sent(stack: Stack, collector: Collector, tmp_path: Path) -> None:
    """Covers searches, unknown URLs and an error of PostgreSQL that names a user."""
    path = tmp_path / "again.csv"
    path.write_text("email,name\nlate@example.com,Zebulon Quux\nnew@example.com,Zebulon Quux\n")
    with as_admin(stack) as admin, psycopg.connect(stack.site.database_url()) as other:
        before = len(collector.named("GET /api/v1/users/"))
        admin.status(f"/api/v1/users/?search={ADMIN}")
        httpx.get(f"{stack.base_url}/api/{ADMIN}/Zebulon", trust_env=False, timeout=30)
        other.execute("INSERT INTO users_uc_user (email) VALUES ('late@example.com')")
        url = admin.upload(path)
        wait_until(lambda: numbers(stack, WAITING) == (1,), timeout=30, what="COPY must wait")
        other.commit()
        document = await_end(admin, url, within=60)
    assert document["result"]["skipped"] == 1
    wait_until(
        lambda: (
            len(collector.named("GET /api/v1/users/")) > before
            and bool(collector.named("COPY users_uc_user", trace_id=document["trace_id"]))
        ),
        timeout=20, what="the spans must arrive", poll=0.2,
    )  # fmt: skip
    copies = collector.named("COPY users_uc_user", trace_id=document["trace_id"])
    events = [event for copy in copies for event in copy.span.events]
    assert [event.name for event in events] == ["exception"], (
        "an error of PostgreSQL must name a user"
    )
    sent = b"".join(collector.bodies)
    for part in (*PERSONAL, PASSWORD.encode()):
        assert part not in sent, part


@pytest.mark.usefixtures("job_id")
def test_periodic_tasks_are_not_recorded(stack: Stack, collector: Collector) -> None:
    (families,) = numbers(stack, "SELECT count(*) FROM users_uc_refreshfamily")
    assert families, "PostgreSQL must have been queried outside of a trace"
    roots = [received for received in collector.spans if not received.span.parent_span_id]
    assert not [root.name for root in roots if root.service == "accounts-beat"]
    assert {root.span.kind for root in roots} <= {
        KINDS.SPAN_KIND_SERVER,
        KINDS.SPAN_KIND_CONSUMER,
    }
    assert not [root for root in roots if "recover" in root.name]

"""Log lines of the traced processes."""

import json

import pytest

from local.stack import Stack
from tests.e2e.traces.upload import TRACE
from tests.stacks import ADMIN, numbers

pytestmark = pytest.mark.xdist_group("stack")


def lines(stack: Stack, name: str) -> list[dict[str, object]]:
    """Return all log entries. Celery prints only "worker: Warm shutdown" without its logger."""
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
    for name in ("worker", "worker-small", "worker-mail", "beat"):
        assert all(line.keys() >= {"timestamp", "level", "message"} for line in lines(stack, name))

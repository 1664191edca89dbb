"""Failing and waiting requests, tasks and imports with canaries in them."""

import re

import psycopg

from local.stack import Stack
from local.waiting import wait_until
from tests.e2e.canaries import places
from tests.e2e.canaries.requests import LOGIN, REGISTER, Planted
from tests.e2e.canaries.visitor import Visitor
from tests.stacks import numbers

_RULE = "canary_fails"
_LOCKED = """
    SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'COPY%' AND wait_event_type = 'Lock'
"""


def without_database(
    stack: Stack, visitor: Visitor, planted: Planted, admin: dict[str, str]
) -> None:
    """Cause 503 answers by stopping PostgreSQL."""
    stack.stop_process("postgres")
    url = f"/api/v1/users/?search={planted['search without a database']}"
    visitor.ask("GET", url, status=503, headers=admin)
    body = {"email": f"{planted['login without a database']}@example.com"}
    body["password"] = planted["password without a database"]
    visitor.post(LOGIN, body, status=503)
    visitor.post(REGISTER, body, status=503)
    stack.start(["postgres"])
    stack.restart("web")  # an unused pool connects again only after a while


def unexpected_error(stack: Stack, visitor: Visitor, planted: Planted) -> None:
    """Cause a 500: the row violates a constraint of the table that the service does not know."""
    with psycopg.connect(stack.site.database_url()) as connection:
        connection.execute(
            f"ALTER TABLE users_uc_user ADD CONSTRAINT {_RULE}"
            " CHECK (phone <> 'not this one') NOT VALID"
        )
    body = {
        "email": f"{planted['e-mail in a request that ends in a 500']}@example.com",
        "phone": "not this one",
    }
    body["name"] = planted["name in a request that ends in a 500"]
    body["password"] = planted["password in a request that ends in a 500"]
    visitor.post(REGISTER, body, status=500)


def failing_task(
    stack: Stack, visitor: Visitor, planted: Planted, admin: dict[str, str]
) -> list[str]:
    """Let loads fail by the same constraint, drop it, and return the imports' URLs."""
    row = f"{planted['e-mail in a failing task']}@example.com,{planted['name in a failing task']}"
    answer = visitor.upload(f"email,name,phone\n{row},not this one\n", headers=admin)
    secret = (
        f"email,phone,senha\ns@example.com,not this one,{planted['password in a failing task']}\n"
    )
    other = visitor.upload(secret, name="with password.csv", headers=admin)
    log = stack.data / "logs" / "worker-small.log"

    def has_failed(job: str) -> bool:
        return bool(re.search(rf"process_csv\[.*raised unexpected.*{job}", log.read_text()))

    for accepted in (answer, other):
        job = accepted.json()["task_id"]
        wait_until(lambda: has_failed(job), timeout=30, what="the load must fail")  # noqa: B023
    with psycopg.connect(stack.site.database_url()) as connection:
        connection.execute(f"ALTER TABLE users_uc_user DROP CONSTRAINT {_RULE}")
    return [str(accepted.json()["status_url"]) for accepted in (answer, other)]


def waiting_import(
    stack: Stack, visitor: Visitor, planted: Planted, admin: dict[str, str]
) -> tuple[bytes, str]:
    """Return the content of Valkey while an import waits, and the URL of the import."""
    stack.stop_process("worker-small")
    content = f"email,name\nw@example.com,{planted['cell of a waiting import']}\n"
    key = {"Idempotency-Key": planted["Idempotency-Key of a waiting import"]}
    name = f"{planted['file name of a waiting import']}.csv"
    answer = visitor.upload(content, name=name, headers=admin | key)
    found = places.redis(stack)
    assert places.contains(found, answer.json()["task_id"]), "the message must be in the queue"
    stack.start(["worker-small"])
    return found, str(answer.json()["status_url"])


def concurrent_insert(
    stack: Stack, visitor: Visitor, planted: Planted, admin: dict[str, str]
) -> str:
    """Insert a user during a COPY of the same user: the error of PostgreSQL names the user."""
    email = f"{planted['e-mail of a concurrent insert']}@example.com"
    with psycopg.connect(stack.site.database_url()) as connection:
        connection.execute("INSERT INTO users_uc_user (email) VALUES (%s)", [email])
        answer = visitor.upload(f"email\n{email}\nnobody.else@example.com\n", headers=admin)
        wait_until(lambda: numbers(stack, _LOCKED) == (1,), timeout=30, what="COPY must wait")
    return str(answer.json()["status_url"])

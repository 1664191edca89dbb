"""Something fails, or waits, while there are secrets in it."""

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
    """503s, with what they were asked."""
    stack.stop_process("postgres")
    url = f"/api/users/?search={planted['search without a database']}"
    visitor.ask("GET", url, status=503, headers=admin)
    body = {"email": f"{planted['login without a database']}@example.com"}
    body["password"] = planted["password without a database"]
    visitor.post(LOGIN, body, status=503)
    visitor.post(REGISTER, body, status=503)
    stack.start(["postgres"])
    stack.restart("web")  # a pool that nobody has asked since comes back in its own time


def unexpected_error(stack: Stack, visitor: Visitor, planted: Planted) -> None:
    """A 500: the row breaks a rule of the table that this service knows nothing about."""
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
    """Loads of a chunk that fail by the same rule, until it is gone; where their imports are."""
    row = f"{planted['e-mail in a failing task']}@example.com,{planted['name in a failing task']}"
    answer = visitor.upload(f"email,name,phone\n{row},not this one\n", headers=admin)
    secret = (
        f"email,phone,senha\ns@example.com,not this one,{planted['password in a failing task']}\n"
    )
    other = visitor.upload(secret, name="with password.csv", headers=admin)
    log = stack.data / "logs" / "worker-small.log"

    def has_failed(job: str) -> bool:
        return bool(re.search(rf"load_chunk\[.*raised unexpected.*{job}", log.read_text()))

    for accepted in (answer, other):
        job = accepted.json()["task_id"]
        wait_until(lambda: has_failed(job), timeout=30, what="the load must fail")  # noqa: B023
    with psycopg.connect(stack.site.database_url()) as connection:
        connection.execute(f"ALTER TABLE users_uc_user DROP CONSTRAINT {_RULE}")
    return [str(accepted.json()["status_url"]) for accepted in (answer, other)]


def waiting_import(
    stack: Stack, visitor: Visitor, planted: Planted, admin: dict[str, str]
) -> tuple[bytes, str]:
    """What stands in Valkey while an import waits, and where that is."""
    stack.stop_process("worker-small")
    content = f"email,name\nw@example.com,{planted['cell of a waiting import']}\n"
    key = {"Idempotency-Key": planted["Idempotency-Key of a waiting import"]}
    name = f"{planted['file name of a waiting import']}.csv"
    answer = visitor.upload(content, name=name, headers=admin | key)
    found = places.redis(stack)
    assert places.contains(found, answer.json()["task_id"]), "the message is in the queue"
    stack.start(["worker-small"])
    return found, str(answer.json()["status_url"])


def concurrent_insert(
    stack: Stack, visitor: Visitor, planted: Planted, admin: dict[str, str]
) -> str:
    """Somebody inserts a person while COPY does: PostgreSQL names them in its error."""
    email = f"{planted['e-mail of a concurrent insert']}@example.com"
    with psycopg.connect(stack.site.database_url()) as connection:
        connection.execute("INSERT INTO users_uc_user (email) VALUES (%s)", [email])
        answer = visitor.upload(f"email\n{email}\nnobody.else@example.com\n", headers=admin)
        wait_until(lambda: numbers(stack, _LOCKED) == (1,), timeout=30, what="COPY must wait")
    return str(answer.json()["status_url"])

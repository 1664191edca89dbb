"""A mail server that is slow or hangs: imports and `recover` do not wait for it."""

import socket
from threading import Event

import psutil
import pytest

from local.ports import HOST
from local.waiting import wait_until
from tests.faults.conftest import Start
from tests.faults.system import System
from tests.mails import Mailbox, serving
from tests.stacks import ADMIN

REQUESTS = 100
RESET = "/api/v1/users/reset_password/"
ENDED = "SELECT sessions_killed FROM pg_stat_database WHERE datname = current_database()"
UNSENT = "SELECT count(*) FROM users_uc_mail WHERE sent_at IS NULL"


def started(start: Start, port: int) -> System:
    """Start a system with two processes for imports that sends its mails to the port."""
    env = {"EMAIL_HOST": HOST, "EMAIL_PORT": str(port), "THROTTLE_RESET": "10000/min"}
    return start(workers=1, **env)


def recoveries(system: System) -> int:
    """Return how often `recover` has succeeded."""
    logs = (system.stack.data / "logs").glob("worker*.log")
    lines = (line for log in logs for line in log.read_text().splitlines())
    return sum("Task tasks.recover[" in line and "succeeded" in line for line in lines)


def waiting_senders(port: int) -> int:
    """Return the number of connections to the mail server."""
    connections = psutil.net_connections("tcp")
    established = (c.raddr for c in connections if c.status == psutil.CONN_ESTABLISHED)
    return sum(address[1:] == (port,) for address in established)


def test_a_mail_server_that_hangs_delays_nothing_else(start: Start) -> None:
    with socket.create_server((HOST, 0), backlog=REQUESTS) as hanging:
        port = hanging.getsockname()[1]
        system = started(start, port)
        senders = set()
        for number in range(REQUESTS):
            body = {"email": f"somebody{number}@example.com"}
            assert system.api.ask("POST", RESET, json=body).status_code == 204
            senders.add(waiting_senders(port))
        before = recoveries(system)
        upload = system.api.upload(system.people_file(10))
        assert system.api.await_end(upload, within=8)["status"] == "SUCCESS"

        def recovers_and_sends() -> bool:
            senders.add(waiting_senders(port))
            return recoveries(system) >= before + 4

        wait_until(recovers_and_sends, timeout=14, what="recover must run every two seconds")
    assert senders == {0, 1}
    assert system.number(UNSENT) == REQUESTS


@pytest.mark.long
def test_a_mail_server_that_defers_a_mail_slowly_gets_it_again(start: Start) -> None:
    """The server takes longer than LOADER_STALL_SECONDS, and `recover` ends no connection."""
    mailbox, answers = Mailbox(), iter(["451 4.3.0 try later"])

    def examine() -> str:
        Event().wait(6)
        return next(answers, "250 OK")

    mailbox.at_end = examine
    with serving(mailbox):
        system = started(start, mailbox.port)
        assert system.api.ask("POST", RESET, json={"email": ADMIN}).status_code == 204
        wait_until(lambda: len(mailbox.mails) == 1, timeout=60, what="the mail must come")
        wait_until(lambda: not system.number(UNSENT), timeout=10, what="the mail must be marked")
        assert system.number(ENDED) == 0

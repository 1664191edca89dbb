"""Events while receivers and senders fail: none is lost, and a repetition has the same id."""

import json
from collections.abc import Iterator
from functools import partial

import pytest

from local.ports import HOST, free_port
from local.waiting import wait_until
from tests.faults.failpoints import kill
from tests.faults.judge import judge
from tests.faults.shared import SharedSystem
from tests.faults.system import System, started
from tests.receivers import Receiver, receiving

PENDING = "SELECT count(*) FROM webhooks_delivery WHERE status <> 'succeeded'"
DUE_NOW = "UPDATE webhooks_delivery SET next_attempt_at = now() WHERE status = 'pending'"
PLACES = ("webhook_claimed", "webhook_sent", "webhook_recording")
EVENTS = ["import.finished", "user.created", "user.deleted"]

pytestmark = pytest.mark.xdist_group("webhooks")


@pytest.fixture(scope="module")
def shared_system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SharedSystem]:
    """Return a system that may send webhooks to this machine. Its mail server is unavailable."""
    env = {"EMAIL_HOST": HOST, "EMAIL_PORT": str(free_port())}
    env |= {"WEBHOOK_ALLOWED_NETWORKS": "127.0.0.0/8"}
    shared = SharedSystem(tmp_path_factory.mktemp("webhooks"), partial(started, env=env))
    yield shared
    shared.end()


def register(system: System, url: str) -> None:
    answer = system.api.ask("POST", "/api/v1/webhooks/", json={"url": url, "events": EVENTS})
    assert answer.status_code == 201, answer.text


def create_users(system: System, prefix: str, number: int = 5) -> None:
    for one in range(number):
        body = {"email": f"{prefix}-{one}@example.com"}
        assert system.api.ask("POST", "/api/v1/users/", json=body).status_code == 201


def assert_all_received(system: System, receiver: Receiver) -> None:
    """Wait for the end of all deliveries. Check that each was received, in one form per id."""

    def is_done() -> bool:
        system.rows(DUE_NOW)
        return system.number(PENDING) == 0

    wait_until(is_done, timeout=90, what="all events must be delivered", poll=1)
    sent = {f"msg_{key.hex}" for (key,) in system.rows("SELECT id FROM webhooks_delivery")}
    assert sent
    assert set(receiver.ids) == sent
    bodies = {(headers["webhook-id"], body) for headers, body in receiver.events}
    assert len(bodies) == len(sent)


def test_senders_are_killed(system: System) -> None:
    with receiving() as receiver:
        register(system, receiver.url)
        for place in PLACES:
            system.failpoints.arm(place)
            create_users(system, place)
            kill(system.failpoints.reached(place))
        assert_all_received(system, receiver)


def test_the_receiver_comes_late(system: System) -> None:
    port = free_port()
    register(system, f"http://127.0.0.1:{port}/hook")
    create_users(system, "late")
    failed = "SELECT count(*) FROM webhooks_delivery WHERE last_error = 'connection'"
    wait_until(lambda: system.number(failed) == 5, timeout=60, what="the attempts must fail")
    with receiving(port) as receiver:
        assert_all_received(system, receiver)


def test_a_slow_receiver_holds_up_neither_another_one_nor_an_import(system: System) -> None:
    """The slow receiver answers only after the other one has everything and the import ended."""
    with receiving() as slow, receiving() as fast:
        register(system, slow.url)
        register(system, fast.url)
        is_free = [False]
        slow.before_answer = lambda: wait_until(
            lambda: is_free[0], timeout=60, what="the test must go on"
        )
        create_users(system, "slow")
        upload = system.api.upload(system.people_file(80))
        system.api.await_end(upload)
        wait_until(lambda: len(fast.events) == 6, timeout=60, what="the other receiver has all")
        is_free[0] = True
        finished = [json.loads(body) for _, body in fast.events if b"import.finished" in body]
        assert [event["data"]["status"] for event in finished] == ["SUCCESS"]
        wait_until(lambda: len(set(slow.ids)) == 6, timeout=90, what="the slow one has all", poll=1)


def test_the_end_of_an_import_that_is_not_committed_is_one_event(system: System) -> None:
    with receiving() as receiver:
        register(system, receiver.url)
        system.failpoints.arm("finishing")
        upload = system.api.upload(system.people_file(80))
        kill(system.failpoints.reached("finishing"))
        judge(system, upload)
        assert_all_received(system, receiver)
        assert len(set(receiver.ids)) == 1

"""A service on three machines, whose links are cut and one of which dies."""

import os
import socket
from collections.abc import Iterator

import pytest

from local.waiting import wait_until
from tests.faults.api import UPLOAD, Api
from tests.faults.cluster import WORKERS, Cluster, cluster
from tests.faults.judge import judge
from tests.faults.network import can_have_machines

pytestmark = [
    pytest.mark.skipif(
        not can_have_machines(), reason="needs root, iproute2 and network namespaces of Linux"
    ),
    pytest.mark.xdist_group("machines"),
]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Start the machines."""
    with cluster(tmp_path_factory.mktemp("machines")) as made:
        yield made


@pytest.fixture
def system(running: Cluster) -> Iterator[Cluster]:
    """Lend the machines, and repair them after the test."""
    yield running
    for node in (running.first, running.second):
        node.start()
    running.api.statuses.clear()


def test_a_machine_imports_what_another_one_has_received(system: Cluster) -> None:
    before = system.users()
    system.first.machine.kill(*WORKERS)
    upload = system.api.upload(system.people_file(3000, prefix="other"))
    judge(system, upload, before=before)


PLACES = [
    "planning",
    "loading",
    *(pytest.param(p, marks=pytest.mark.long) for p in ("planned", "loaded")),
]


@pytest.mark.parametrize("place", PLACES)
def test_the_link_of_a_machine_is_cut_while_it_works(system: Cluster, place: str) -> None:
    """The other machine does the work. The first one changes nothing when its link is back."""
    before = system.users()
    system.first.machine.kill(*WORKERS)
    system.second.failpoints.arm(place)
    upload = system.api.upload(system.people_file(3000, prefix=place))
    process = system.second.failpoints.reached(place)
    system.second.machine.cut()
    system.first.start()
    process.resume()
    system.api.await_end(upload, within=120)
    system.second.machine.join()
    again = system.api.upload(system.people_file(3000, prefix=f"after-{place}"))
    judge(system, upload, again, before=before)


def test_a_machine_dies_while_it_loads(system: Cluster) -> None:
    before = system.users()
    system.first.machine.kill(*WORKERS)
    system.second.failpoints.arm("loading")
    upload = system.api.upload(system.people_file(3000, prefix="dead"))
    system.second.failpoints.reached("loading")
    system.second.machine.cut()  # no process says goodbye
    system.second.machine.kill()
    system.first.start()
    judge(system, upload, before=before, within=120)


def test_the_link_is_cut_in_the_middle_of_an_upload(system: Cluster) -> None:
    """The client sends the file again, to the other machine, and it is imported once."""
    before = system.users()
    data = system.people_file(3000, prefix="cut")
    body = b'--b\r\nContent-Disposition: form-data; name="file"; filename="p.csv"\r\n\r\nemail\n'
    head = (
        f"POST {UPLOAD} HTTP/1.1\r\nHost: {system.second.machine.address}\r\n"
        f"Authorization: {system.api.token}\r\n"
        "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 90000000\r\n\r\n"
    )
    address = (system.second.machine.address, 8000)
    with socket.create_connection(address) as client:
        client.sendall(head.encode() + body + os.urandom(12_000_000))  # compression leaves a part
        begun = lambda: bool(system.store.unfinished("files"))  # noqa: E731
        wait_until(begun, timeout=30, what="the upload must have begun")
        system.second.machine.cut()
        upload = system.api.upload(data)
        system.api.await_end(upload)
    system.second.machine.join()
    wait_until(lambda: not system.store.unfinished("files"), timeout=60, what="parts must go")
    judge(system, upload, before=before)
    second = Api(system.second.url)
    assert second.ask("GET", upload.url).json()["status"] == "SUCCESS"
    second.close()

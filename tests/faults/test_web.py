"""Uploads whose web worker or client dies, frozen web workers and busy threads."""

import os
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from local.waiting import wait_until
from tests.faults.api import UPLOAD, Upload
from tests.faults.failpoints import kill
from tests.faults.judge import assert_only_503, judge
from tests.faults.system import System

SEVEN_HOURS = 7 * 3600


def kill_at(system: System, place: str, data: bytes) -> None:
    """Kill the web worker of an upload at a failpoint; its client sees a broken connection."""
    system.failpoints.arm(place)
    with ThreadPoolExecutor(1) as uploader:
        answer = uploader.submit(system.api.send, data)
        kill(system.failpoints.reached(place))
        with pytest.raises(httpx.TransportError):
            answer.result()


def test_19_the_web_worker_dies_between_file_and_job(system: System) -> None:
    """There is no job, and `sweep` deletes the file once no upload can still be running."""
    kill_at(system, "stored", system.people_file(3000))
    assert system.number("SELECT count(*) FROM tasks_importjob") == 0
    (folder,) = import_folders(system)
    sweep(system)
    assert folder.exists()
    long_ago = time.time() - SEVEN_HOURS
    (marker,) = (system.stack.data / "media" / "incoming").glob("*.storing")
    os.utime(marker, (long_ago, long_ago))
    sweep(system)
    assert import_folders(system) == []
    assert_only_503(system)


def test_19_the_web_worker_dies_between_job_and_publishing(system: System) -> None:
    data = system.people_file(3000)
    kill_at(system, "accepted", data)
    ((job,),) = system.rows("SELECT id::text FROM tasks_importjob")
    judge(system, Upload(data, f"/api/v1/imports/{job}/"))


def test_20_the_client_disconnects_in_the_middle_of_its_upload(system: System) -> None:
    body = b'--b\r\nContent-Disposition: form-data; name="file"; filename="p.csv"\r\n\r\nemail\n'
    head = (
        f"POST {UPLOAD} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: {system.api.token}\r\n"
        "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 9000000\r\n\r\n"
    )
    incoming = system.stack.data / "media" / "incoming"
    with socket.create_connection(("127.0.0.1", system.stack.site.web_port)) as client:
        # More than 1 MB, because gunicorn reads in blocks of 1 MB.
        client.sendall(head.encode() + body + b"ann@example.com\n" * 200_000)
        wait_until(lambda: any(incoming.glob("*")), timeout=30, what="the upload must have begun")
    wait_until(lambda: not any(incoming.glob("*")), timeout=30, what="its file must be deleted")
    assert import_folders(system) == []
    assert system.number("SELECT count(*) FROM tasks_importjob") == 0
    judge(system, system.api.upload(system.people_file(300)))


def test_a_web_worker_is_frozen(system: System) -> None:
    """The other web worker answers meanwhile; the upload completes after the thaw."""
    first, second = (system.people_file(3000, prefix=prefix) for prefix in ("first", "second"))
    system.failpoints.arm("stored")
    with ThreadPoolExecutor(1) as uploader:
        answer = uploader.submit(system.api.send, first)
        process = system.failpoints.reached("stored")
        upload = system.api.upload(second)
        assert system.api.await_end(upload)["status"] == "SUCCESS"
        process.resume()
        accepted = answer.result()
    assert accepted.status_code == 202
    judge(system, upload, Upload(first, accepted.json()["status_url"]))


def test_health_is_answered_while_every_thread_is_busy(system: System) -> None:
    """Clients whose headers do not end keep the threads busy, until another request times out."""
    address = ("127.0.0.1", system.stack.site.web_port)
    with ExitStack() as clients:

        def is_busy() -> bool:
            for _ in range(20):
                client = clients.enter_context(socket.create_connection(address))
                client.sendall(b"GET /api/ HTTP/1.1\r\nX-Slow: ")
            return not _answers(system, "/api/")

        wait_until(is_busy, timeout=60, what="every thread must be busy")
        assert all(_answers(system, "/healthz/live") for _ in range(20))
    wait_until(lambda: _answers(system, "/api/"), timeout=30, what="the threads must be free")


BEGUN = [
    b"GET /healthz/l",
    b"GET /healthz/live HTTP/1.1\r\nHost: localhost\r\n",
    b"GET /healthz/live HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n",
]


@pytest.mark.parametrize("begun", BEGUN, ids=["line", "headers", "body"])
def test_health_checks_that_do_not_end_delay_no_other(system: System, begun: bytes) -> None:
    """Fails if the thread for health checks waits for the rest of one."""
    address = ("127.0.0.1", system.stack.site.web_port)
    with ExitStack() as clients:
        for _ in range(12):
            client = clients.enter_context(socket.create_connection(address))
            client.sendall(begun)
        assert all(_answers(system, "/healthz/live") for _ in range(20))
    wait_until(lambda: _answers(system, "/api/"), timeout=30, what="the threads must be free")


def _answers(system: System, path: str) -> bool:
    url = f"{system.stack.base_url}{path}"
    try:
        return httpx.get(url, timeout=3, trust_env=False).is_success
    except httpx.TimeoutException:
        return False


def import_folders(system: System) -> list[Path]:
    folder = system.stack.data / "media" / "imports"
    return list(folder.iterdir()) if folder.exists() else []


def sweep(system: System) -> None:
    system.shell("from tasks.lifecycle.sweep import sweep; sweep()")

"""Imports whose files are in a store that fails, in all the ways of a store."""

import os
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path, PurePath
from threading import Lock

import httpx
import pytest

from local.site import BUCKET, STORE_ACCESS_KEY
from local.waiting import wait_until
from tests.faults.api import UPLOAD, Upload
from tests.faults.conftest import Start
from tests.faults.judge import judge
from tests.faults.seed import rng_for
from tests.faults.shared import SharedSystem
from tests.faults.store_proxy import FAULTS, faulty
from tests.faults.system import System, started
from tests.faults.test_storage import assert_reported
from tests.stacks import frozen
from tests.store import running_store

pytestmark = pytest.mark.xdist_group("store")


@pytest.fixture(scope="module")
def shared_system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SharedSystem]:
    """Return a system whose files are in a store, for all tests that need no other settings."""
    shared = SharedSystem(tmp_path_factory.mktemp("store"), partial(started, env={}, s3=True))
    yield shared
    shared.end()


PLACES = [
    "planning",
    "loading",
    *(pytest.param(p, marks=pytest.mark.long) for p in ("planned", "stored")),
]


@pytest.mark.parametrize("place", PLACES)
def test_the_store_is_killed(system: System, place: str) -> None:
    """The process waits at the failpoint until the store is dead, and goes on before it is back."""
    data = system.people_file(3000)
    system.failpoints.arm(place)
    with ThreadPoolExecutor(1) as uploader:
        answer = uploader.submit(system.api.send, data)
        process = system.failpoints.reached(place)
        system.kill_group("seaweedfs")
        process.resume()
        accepted = answer.result()
    if accepted.status_code == 503:
        assert place == "stored"
        upload = system.api.upload(data)
    else:
        upload = Upload(data, accepted.json()["status_url"])
    judge(system, upload, within=120)


def test_the_store_is_frozen(start: Start) -> None:
    """Readiness says so. The plan fails and is repeated, and no attempt is spent."""
    system = start(storage="s3", LOADER_STALL_SECONDS="30", IMPORT_MAX_ATTEMPTS="1")
    system.failpoints.arm("planning")
    upload = system.api.upload(system.people_file(3000))
    planner = system.failpoints.reached("planning")

    def is_ready() -> bool:
        answer = httpx.get(f"{system.stack.base_url}/healthz/ready", trust_env=False, timeout=30)
        return answer.is_success or answer.json()["failing"].keys() != {"storage"}

    with frozen(system.stack, "seaweedfs"):
        planner.resume()
        wait_until(lambda: not is_ready(), timeout=30, what="readiness must name the storage")
        is_repeated = lambda: system.starts(upload.job) > 1  # noqa: E731
        wait_until(is_repeated, timeout=90, what="the plan must be repeated")
    wait_until(is_ready, timeout=30, what="the service must be ready")
    judge(system, upload, within=120)


@pytest.mark.parametrize("rows", [8000, pytest.param(20_000, marks=pytest.mark.long)])
def test_a_store_throttles_and_breaks_off_and_loses_answers(
    start: Start, tmp_path: Path, rows: int
) -> None:
    """A third of all answers are faults. Uploads and imports of each mode go on."""
    rng, lock = rng_for("store"), Lock()

    def choose() -> str:
        with lock:
            return rng.choice([*FAULTS, *[""] * 6])

    with running_store(tmp_path) as store, faulty(store.url, choose) as proxy:
        system = start(
            STORAGE_URL=f"s3://{BUCKET}/files?endpoint={proxy.url}&region=local",
            STORAGE_ACCESS_KEY=STORE_ACCESS_KEY,
            STORAGE_SECRET_KEY=store.secret_key,
            LOADER_STALL_SECONDS="30",
        )
        first = system.api.upload_at_last(system.people_file(4000))
        system.api.await_end(first, within=180)
        second = system.api.upload_at_last(system.people_file(rows, seed=2), mode="upsert")
        judge(system, first, second, within=180)
        assert set(proxy.seen) == set(FAULTS)


def remove(system: System, key: str) -> None:
    system.store.client().delete_object(Bucket=BUCKET, Key=key)


def halve(system: System, key: str) -> None:
    client = system.store.client()
    content = client.get_object(Bucket=BUCKET, Key=key)["Body"].read()
    client.put_object(Bucket=BUCKET, Key=key, Body=content[: len(content) // 2])


def alter(system: System, key: str) -> None:
    """Change a byte in the middle of the object, and nothing else."""
    client = system.store.client()
    stored = client.get_object(Bucket=BUCKET, Key=key)
    content = bytearray(stored["Body"].read())
    content[len(content) // 2] ^= 0xFF
    kind = stored["ContentType"]
    client.put_object(Bucket=BUCKET, Key=key, Body=bytes(content), ContentType=kind)


DAMAGES = pytest.mark.parametrize(
    ("damage", "code"),
    [(remove, "file_missing"), (halve, "file_damaged"), (alter, "file_damaged")],
)
type Damage = Callable[[System, str], None]


@DAMAGES
def test_the_file_is_missing_or_damaged(system: System, damage: Damage, code: str) -> None:
    system.stack.stop_process("worker")
    upload = system.api.upload(system.people_file(3000))
    damage(system, f"files/imports/{upload.job}/original.csv")
    system.stack.start(["worker"])
    assert_reported(system, upload, code)


@DAMAGES
def test_a_chunk_is_missing_or_damaged(system: System, damage: Damage, code: str) -> None:
    system.failpoints.arm("plan_committed")
    upload = system.api.upload(system.people_file(3000))
    planner = system.failpoints.reached("plan_committed")
    keys = system.store.keys(f"files/imports/{upload.job}/")
    damage(system, next(key for key in keys if is_chunk(key)))
    planner.resume()
    assert_reported(system, upload, code)


def is_chunk(key: str) -> bool:
    path = PurePath(key)
    return path.suffix == ".arrow" and path.parent.name != "index"


def test_the_client_disconnects_in_the_middle_of_its_upload(system: System) -> None:
    body = b'--b\r\nContent-Disposition: form-data; name="file"; filename="p.csv"\r\n\r\nemail\n'
    head = (
        f"POST {UPLOAD} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: {system.api.token}\r\n"
        "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 90000000\r\n\r\n"
    )
    store = system.store
    with socket.create_connection(("127.0.0.1", system.stack.site.web_port)) as client:
        client.sendall(head.encode() + body + os.urandom(16_000_000))  # compression leaves a part
        begun = lambda: bool(store.unfinished("files"))  # noqa: E731
        wait_until(begun, timeout=30, what="the upload must have begun")
    wait_until(lambda: not store.unfinished("files"), timeout=30, what="its parts must be deleted")
    assert store.keys("files/") == []
    assert system.number("SELECT count(*) FROM tasks_importjob") == 0
    judge(system, system.api.upload(system.people_file(300)))

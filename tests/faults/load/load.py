"""`./run_tests.sh --load`: many slow, idle and fast clients, behind nginx and without it."""

import asyncio
import time
from collections import Counter
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx

from benchmarks.machine import describe
from local.site import ROOT
from tests.faults.api import UPLOAD, Upload
from tests.faults.conftest import Start
from tests.faults.judge import assert_consistent, judge_independent
from tests.faults.load.crowd import crowd
from tests.faults.load.proxy import proxied
from tests.faults.system import System
from tests.stacks import ADMIN, PASSWORD

LOGINS, UPLOADS, ROWS = 200, 50, 500
CLIENT_TIMEOUT = 60.0
"""The seconds after which a client disconnects."""
LONGEST = 1.0
"""The seconds within which `/healthz/ready` must answer."""
LIMITS = {"IMPORT_MAX_WAITING": "100", "THROTTLE_LOGIN": "10000/min"}


@dataclass
class Measurement:
    """The answers that the clients got."""

    ready: list[float] = field(default_factory=list)
    """The seconds of each answer of `/healthz/ready` with status 200."""
    unready: Counter[str] = field(default_factory=Counter)
    logins: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    uploads: list[Upload] = field(default_factory=list)
    seconds: float = 0


def test_load(start: Start, tmp_path: Path) -> None:
    """Behind nginx no answer is lost. The result without nginx is only recorded."""
    system = start(workers=2, **LIMITS)
    folder = tmp_path / "nginx"
    folder.mkdir()
    with proxied(system.stack.base_url, folder) as url:
        behind = asyncio.run(measure(system, url, name="behind"))
    assert not behind.unready
    assert max(behind.ready) < LONGEST
    assert behind.logins == {"200": LOGINS}
    assert behind.answers == {"202": UPLOADS}
    judge_independent(system, behind.uploads, within=120)
    bare = asyncio.run(measure(system, system.stack.base_url, name="bare"))
    for upload in bare.uploads:  # others may have been accepted after their clients disconnected
        document = system.api.await_end(upload, within=120)
        assert document["status"] == "SUCCESS"
        assert_consistent(system, upload, document)
    text = report(behind=behind, bare=bare)
    path = ROOT / "docs" / "results" / f"{datetime.now(UTC):%Y-%m-%d}-crowd.md"
    path.write_text(text, encoding="utf-8")


async def measure(system: System, url: str, *, name: str) -> Measurement:
    """Run all clients at once against a URL and return their answers."""
    result = Measurement()
    files = [system.people_file(ROWS, seed=n, prefix=f"{name}{n}x") for n in range(UPLOADS)]
    token = {"Authorization": system.api.token}
    limits = httpx.Limits(max_connections=None)
    port = httpx.URL(url).port or 80
    async with (
        crowd(port, headers=20, bodies=20, idle=500),
        httpx.AsyncClient(
            base_url=url, trust_env=False, timeout=CLIENT_TIMEOUT, limits=limits
        ) as client,
    ):
        before = time.monotonic()
        watching = asyncio.create_task(_watch(client, result))
        await asyncio.gather(
            *(_log_in(client, result) for _ in range(LOGINS)),
            *(_upload(client, result, data, token) for data in files),
        )
        result.seconds = time.monotonic() - before
        watching.cancel()
    return result


async def _watch(client: httpx.AsyncClient, result: Measurement) -> None:
    while True:
        before = time.monotonic()
        status = await _status(client.get("/healthz/ready", timeout=10))
        if status == "200":
            result.ready.append(time.monotonic() - before)
        else:
            result.unready[status] += 1
        await asyncio.sleep(0.1)


async def _log_in(client: httpx.AsyncClient, result: Measurement) -> None:
    body = {"email": ADMIN, "password": PASSWORD}
    result.logins[await _status(client.post("/api/v1/auth/login/", json=body))] += 1


async def _upload(
    client: httpx.AsyncClient, result: Measurement, data: bytes, headers: dict[str, str]
) -> None:
    files = {"file": ("people.csv", data, "text/csv")}
    try:
        answer = await client.post(UPLOAD, files=files, headers=headers)
    except httpx.TransportError as error:
        result.answers[type(error).__name__] += 1
        return
    result.answers[str(answer.status_code)] += 1
    if answer.status_code == httpx.codes.ACCEPTED:
        path = httpx.URL(answer.json()["status_url"]).path
        result.uploads.append(Upload(data, path))


async def _status(request: Coroutine[None, None, httpx.Response]) -> str:
    """Return the status of the answer or the name of the error."""
    try:
        return str((await request).status_code)
    except httpx.TransportError as error:
        return type(error).__name__


def report(*, behind: Measurement, bare: Measurement) -> str:
    """Return the text of docs/results."""
    sides = {"behind nginx": behind, "bare gunicorn": bare}
    table = "\n".join(
        f"| {name} | {len(side.ready)}, {_longest(side)} | {_counts(side.unready)} "
        f"| {_counts(side.logins)} | {_counts(side.answers)} | {side.seconds:.1f} |"
        for name, side in sides.items()
    )
    return f"""\
# Many clients at once

`./run_tests.sh --load`

{describe()}.

20 clients send their headers and 20 their bodies at one byte in 0.5 s. There are 500 idle
connections, {LOGINS} logins at once and {UPLOADS} uploads of {ROWS} rows at once. A client
disconnects after {CLIENT_TIMEOUT:.0f} s without an answer. Every accepted upload was imported, each
of its users once.

| | `/healthz/ready` answered, at most s | other answers to it | logins | uploads | took s |
| --- | --- | --- | --- | --- | --- |
{table}
"""


def _longest(side: Measurement) -> str:
    return f"{max(side.ready):.2f}" if side.ready else "never"


def _counts(counter: Counter[str]) -> str:
    return ", ".join(f"{count} of {what}" for what, count in sorted(counter.items())) or "none"

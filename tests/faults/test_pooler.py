"""A system behind PgBouncer in transaction mode, which keeps no state of a connection."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import httpx
import psycopg
import pytest

from local.waiting import wait_until
from tests.faults import test_database, test_loading
from tests.faults.failpoints import COPYING
from tests.faults.judge import judge
from tests.faults.pooler import POOL_SIZE, PROGRAM, Pooler
from tests.faults.shared import SharedSystem
from tests.faults.system import System, started
from tests.stacks import ADMIN

pytestmark = [
    pytest.mark.skipif(not PROGRAM, reason="there is no PgBouncer: apt install pgbouncer"),
    pytest.mark.xdist_group("pooler"),
]
ROWS = 3000
THREADS = 100
"""Of each of the two web processes."""


@pytest.fixture(scope="module")
def pooler() -> Pooler:
    return Pooler()


@pytest.fixture(scope="module")
def shared_system(
    tmp_path_factory: pytest.TempPathFactory, pooler: Pooler
) -> Iterator[SharedSystem]:
    """Return a system with 200 web threads behind the pooler."""
    env = {"WEB_WORKERS": "2", "WEB_THREADS": str(THREADS), **pooler.env}
    run = partial(started, env=env, beside=pooler.running)
    shared = SharedSystem(tmp_path_factory.mktemp("pooler"), run)
    yield shared
    shared.end()


def test_imports_of_each_mode(system: System) -> None:
    modes = ("create", "upsert", "create")
    uploads = []
    for seed, mode in enumerate(modes):
        upload = system.api.upload(system.people_file(ROWS, seed=seed), mode=mode)
        system.api.await_end(upload)
        uploads.append(upload)
    judge(system, *uploads)


def test_200_threads_share_20_connections(system: System, pooler: Pooler) -> None:
    """While imports run. A statement that was prepared for a connection would be a 500."""
    uploads = [system.api.upload(system.people_file(ROWS, prefix=f"n{n}x")) for n in range(3)]
    clients, paths = 2 * THREADS, ("/api/v1/users/", "/api/v1/users/me/", "/api/v1/imports/")
    seen = Counter[str]()

    def ask(number: int) -> int:
        if number % 50 == 0:
            pool = next(it for it in pooler.show("pools") if it["user"] == "accounts")
            for name in ("cl_active", "cl_waiting", "sv_active", "sv_idle", "sv_used"):
                seen[name] = max(seen[name], int(str(pool[name])))
        return http.get(paths[number % len(paths)]).status_code

    limits = httpx.Limits(max_connections=clients)
    headers = {"Authorization": system.api.token}
    with (
        httpx.Client(
            base_url=system.stack.base_url,
            limits=limits,
            headers=headers,
            timeout=60,
            trust_env=False,
        ) as http,
        ThreadPoolExecutor(clients) as callers,
    ):
        assert set(callers.map(ask, range(3 * clients))) == {200}
    assert seen["cl_active"] + seen["cl_waiting"] > POOL_SIZE, seen
    assert seen["sv_active"] <= POOL_SIZE
    judge(system, *uploads)


@pytest.mark.parametrize("number", range(2))
def test_requests_of_each_kind(system: System, number: int) -> None:
    """The second time the connection of the pooler has seen each statement."""
    email = f"pooled{number}@example.com"
    upload = system.api.upload(system.people_file(10))
    system.api.await_end(upload)
    made = {
        url: expect(system, 201, "POST", f"/api/v1/{url}/", json=body).headers["Location"]
        for url, body in {
            "users": {"email": email, "name": "Ann", "password": "Quiet-Harbour-9"},
            "keys": {"name": "nightly", "scopes": ["users:read"]},
            "webhooks": {"url": "https://example.com/", "events": ["user.created"]},
        }.items()
    }
    user = expect(system, 200, "GET", made["users"])
    match = {"If-Match": user.headers["ETag"]}
    expect(system, 200, "PATCH", made["users"], json={"name": "Bea"}, headers=match)
    expect(system, 412, "PATCH", made["users"], json={"name": "Cy"}, headers=match)
    found = expect(system, 200, "GET", f"/api/v1/users/?email={email}&count=exact").json()
    assert (found["count"], found["results"][0]["name"]) == (1, "Bea")
    for url in ("users/?search=bea", "users/?is_active=true&count=estimate", "users/me/export/"):
        expect(system, 200, "GET", f"/api/v1/{url}")
    assert email in expect(system, 200, "GET", "/api/v1/users/export.csv").text
    for part in ("rows/", "rejected-rows.csv", "results.csv"):
        expect(system, 200, "GET", upload.url + part)
    for url in made.values():
        expect(system, 204, "DELETE", url)
    judge(system, upload)


def expect(system: System, status: int, method: str, url: str, **arguments: Any) -> httpx.Response:
    """Send a request and return its answer, which must have this status."""
    answer = system.api.ask(method, url, **arguments)
    assert answer.status_code == status, answer.text
    return answer


def test_a_request_waits_five_seconds_for_a_lock(system: System) -> None:
    """The limit is one of the role; a connection of the pooler has no parameters of its client."""
    url = system.stack.site.database_url()
    with psycopg.connect(url) as connection:
        connection.execute("SELECT FROM users_uc_user WHERE email = %s FOR UPDATE", [ADMIN])
        answer = system.api.ask("PATCH", "/api/v1/users/me/", json={"name": "Other"}, timeout=20)
    assert answer.status_code == 503
    assert 4 < answer.elapsed.total_seconds() < 15


@pytest.mark.parametrize("place", ["planning", COPYING, "load_committed"])
def test_the_connections_are_cut(system: System, place: str) -> None:
    test_database.test_21_the_connection_is_cut(system, place)


def test_postgresql_crashes(system: System) -> None:
    test_database.test_22_postgresql_crashes(system, COPYING)


@pytest.mark.long
def test_postgresql_is_frozen_for_20_seconds(system: System) -> None:
    test_database.test_23_postgresql_is_frozen_for_20_seconds(system)


def test_postgresql_is_read_only_for_a_while(system: System) -> None:
    test_database.test_postgresql_is_read_only_for_a_while(system)


@pytest.mark.parametrize("place", [pytest.param(COPYING, marks=pytest.mark.long), "loading"])
def test_a_frozen_loader_is_replaced_and_does_nothing_later(system: System, place: str) -> None:
    test_loading.assert_a_frozen_loader_is_replaced(system, place)


def test_the_pooler_is_killed(system: System, pooler: Pooler) -> None:
    """Requests get a 503 until it is back, and the import goes on."""
    system.failpoints.arm(COPYING)
    upload = system.api.upload(system.people_file(ROWS))
    loader = system.failpoints.reached(COPYING)
    pooler.kill()
    loader.resume()
    assert system.api.ask("GET", "/api/v1/users/me/").status_code == 503
    ready = httpx.get(f"{system.stack.base_url}/healthz/ready", trust_env=False, timeout=30)
    assert list(ready.json()["failing"]) == ["database"]
    pooler.start()
    is_ready = lambda: system.api.ask("GET", "/healthz/ready").is_success  # noqa: E731
    wait_until(is_ready, timeout=30, what="the service must be ready")
    judge(system, upload)

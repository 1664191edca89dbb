"""The rate limits of logins and registrations."""

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat
from uuid import UUID

import pytest
from django.core.cache import cache
from pytest_django import Settings
from redis import Redis
from rest_framework.test import APIClient

from core.http.throttling import WindowThrottle
from core.redis import database_url
from tests.api.answers import assert_error

LOGIN = "/api/v1/auth/login/"
REGISTER = "/api/v1/register/"


def within_one_minute[T](attempt: Callable[[], T]) -> T:
    """Return the result of an attempt during which no new window began."""
    while True:
        cache.clear()
        before = time.time() // 60
        outcome = attempt()
        if time.time() // 60 == before:
            return outcome


def statuses(url: str, times: int, **headers: str) -> list[int]:
    """Send empty bodies and return the statuses: each is 400, or 429 above the limit."""
    client = APIClient()
    return [client.post(url, {}, **headers).status_code for _ in range(times)]  # type: ignore[arg-type]


@pytest.mark.parametrize("url", [LOGIN, REGISTER])
def test_the_31st_request_in_a_minute_is_429(anonymous: APIClient, url: str) -> None:
    assert within_one_minute(lambda: statuses(url, 31)) == [400] * 30 + [429]
    answer = within_one_minute(lambda: [anonymous.post(url, {}) for _ in range(31)][-1])
    assert_error(answer, 429, "throttled")
    assert 0 < int(answer["Retry-After"]) <= 60


def test_the_count_expires_after_a_minute(settings: Settings) -> None:
    statuses(LOGIN, 1)
    with Redis.from_url(database_url(settings.REDIS_URL, 2)) as client:
        (key,) = client.scan_iter("*throttle:login:*")
        assert 0 < client.ttl(key) <= 60


def test_parallel_requests_cannot_exceed_the_limit() -> None:
    def attempt() -> list[int]:
        with ThreadPoolExecutor(8) as threads:
            chunks = threads.map(statuses, repeat(LOGIN, 8), repeat(5, 8))
            return sorted(status for chunk in chunks for status in chunk)

    assert within_one_minute(attempt) == [400] * 30 + [429] * 10


def test_each_ip_address_and_endpoint_has_its_own_limit() -> None:
    def attempt() -> list[list[int]]:
        others = [(REGISTER, "10.0.0.1"), (LOGIN, "10.0.0.2")]
        statuses(LOGIN, 31, REMOTE_ADDR="10.0.0.1")
        return [statuses(url, 1, REMOTE_ADDR=ip_address) for url, ip_address in others]

    assert within_one_minute(attempt) == [[400], [400]]


def post_as(url: str, email: str, ip_address: str) -> int:
    """Send a password that is too long to be hashed, and return the status."""
    body = {"email": email, "password": "x" * 200}
    return APIClient().post(url, body, REMOTE_ADDR=ip_address).status_code


@pytest.mark.parametrize("url", [LOGIN, REGISTER])
def test_the_limit_of_an_account_counts_all_ip_addresses_and_spellings(db: None, url: str) -> None:
    spellings = ["ann@example.com", " ANN@Example.com"]

    def attempt() -> list[int]:
        first = [post_as(url, spellings[n % 2], f"10.0.{n // 30}.1") for n in range(300)]
        later = [post_as(url, e, "10.1.2.1") for e in (spellings[0], "ben@example.com")]
        return [*first, *later]

    assert within_one_minute(attempt) == [400] * 300 + [429, 400]


@pytest.mark.parametrize("url", [LOGIN, REGISTER])
def test_one_ip_address_cannot_lock_the_owner_out(db: None, url: str) -> None:
    """Requests above the limit of the IP address do not count for the account."""

    def attempt() -> list[int]:
        attacks = [post_as(url, "ann@example.com", "10.0.0.1") for _ in range(301)]
        return [attacks[-1], post_as(url, "ann@example.com", "10.0.0.2")]

    assert within_one_minute(attempt) == [429, 400]


@pytest.mark.parametrize(
    ("url", "scope", "status"),
    [
        ("/api/v1/imports/", "upload", 415),
        (f"/api/v1/imports/{UUID(int=1)}/cancel/", "cancel", 404),
        ("/api/v1/users/set_email/", "reset", 400),
    ],
)
def test_requests_that_queue_work_are_limited_for_each_user(
    as_bob: APIClient, as_alice: APIClient, mail_is_configured: None,
    monkeypatch: pytest.MonkeyPatch, url: str, scope: str, status: int,
) -> None:  # fmt: skip
    monkeypatch.setitem(WindowThrottle.THROTTLE_RATES, scope, "3/min")

    def attempt() -> list[int]:
        ip_addresses = [f"10.0.0.{number}" for number in range(4)]
        answers = [as_bob.post(url, {}, REMOTE_ADDR=ip_address) for ip_address in ip_addresses]
        return [answer.status_code for answer in [*answers, as_alice.post(url, {})]]

    assert within_one_minute(attempt) == [status] * 3 + [429, status]


def test_the_check_of_a_proxy_is_not_counted(
    as_bob: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(WindowThrottle.THROTTLE_RATES, "upload", "1/min")
    answers = [as_bob.get("/api/contacts/upload-csv/").status_code for _ in range(3)]
    assert answers == [204] * 3


@pytest.mark.parametrize("body", [[], None, "x", 1, {"email": ["a"]}])
def test_a_body_without_an_account_is_400(body: object) -> None:
    answer = APIClient().post(LOGIN, json.dumps(body), content_type="application/json")
    assert answer.status_code == 400


def test_no_email_is_stored(settings: Settings) -> None:
    post_as(LOGIN, "ann@example.com", "10.0.0.1")
    with Redis.from_url(database_url(settings.REDIS_URL, 2)) as client:
        keys = list(client.scan_iter("*throttle:login:*"))
    assert len(keys) == 2
    assert not any(b"ann" in key for key in keys)


def test_a_forged_forwarded_ip_address_is_ignored() -> None:
    def attempt() -> list[int]:
        forged = [f"10.0.0.{number}" for number in range(31)]
        return [statuses(LOGIN, 1, HTTP_X_FORWARDED_FOR=ip_address)[0] for ip_address in forged]

    assert within_one_minute(attempt)[-1] == 429


def test_behind_a_trusted_proxy_the_ip_address_of_the_client_counts(settings: Settings) -> None:
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {"NUM_PROXIES": 1}

    def attempt() -> list[int]:
        for number in range(30):
            statuses(LOGIN, 1, HTTP_X_FORWARDED_FOR=f"1.1.1.{number}, 10.0.0.1")
        callers = ["1.1.1.1, 10.0.0.1", "1.1.1.1, 10.0.0.2"]
        return [statuses(LOGIN, 1, HTTP_X_FORWARDED_FOR=caller)[0] for caller in callers]

    assert within_one_minute(attempt) == [429, 400]


def test_without_redis_all_requests_pass(settings: Settings, closed_port: int) -> None:
    unavailable = {"LOCATION": f"redis://127.0.0.1:{closed_port}/0"}
    settings.CACHES = {"default": settings.CACHES["default"] | unavailable}
    assert statuses(LOGIN, 40) == [400] * 40


def test_an_ipv6_network_counts_as_one_ip_address() -> None:
    def attempt() -> list[list[int]]:
        for number in range(30):
            statuses(LOGIN, 1, REMOTE_ADDR=f"2001:db8:1:2::{number:x}")
        ip_addresses = ("2001:db8:1:2:ffff::1", "2001:db8:1:3::1", "::ffff:10.0.0.7", "10.0.0.7")
        return [statuses(LOGIN, 1, REMOTE_ADDR=ip_address) for ip_address in ip_addresses]

    assert within_one_minute(attempt) == [[429], [400], [400], [400]]

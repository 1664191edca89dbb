"""How often one address may try to log in or register."""

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat

import pytest
from django.core.cache import cache
from pytest_django import Settings
from redis import Redis
from rest_framework.test import APIClient

from core.redis import database_url
from tests.api.answers import assert_error

LOGIN = "/api/auth/login/"
REGISTER = "/api/register/"


def within_one_minute[T](attempt: Callable[[], T]) -> T:
    """What the attempt gives when no new window begins while it lasts."""
    while True:
        cache.clear()
        before = time.time() // 60
        outcome = attempt()
        if time.time() // 60 == before:
            return outcome


def statuses(url: str, times: int, **headers: str) -> list[int]:
    """An empty body is counted before it is looked at: 400, or 429 when there were too many."""
    client = APIClient()
    return [client.post(url, {}, **headers).status_code for _ in range(times)]  # type: ignore[arg-type]


@pytest.mark.parametrize("url", [LOGIN, REGISTER])
def test_the_31st_request_in_a_minute_is_429(anonymous: APIClient, url: str) -> None:
    assert within_one_minute(lambda: statuses(url, 31)) == [400] * 30 + [429]
    answer = within_one_minute(lambda: [anonymous.post(url, {}) for _ in range(31)][-1])
    assert_error(answer, 429, "throttled")
    assert 0 < int(answer["Retry-After"]) <= 60


def test_what_is_counted_is_forgotten(settings: Settings) -> None:
    statuses(LOGIN, 1)
    with Redis.from_url(database_url(settings.REDIS_URL, 2)) as client:
        (key,) = client.scan_iter("*throttle:login:*")
        assert 0 < client.ttl(key) <= 60


def test_parallel_requests_do_not_pass_together() -> None:
    def attempt() -> list[int]:
        with ThreadPoolExecutor(8) as threads:
            chunks = threads.map(statuses, repeat(LOGIN, 8), repeat(5, 8))
            return sorted(status for chunk in chunks for status in chunk)

    assert within_one_minute(attempt) == [400] * 30 + [429] * 10


def test_each_address_and_endpoint_counts_for_itself() -> None:
    def attempt() -> list[list[int]]:
        others = [(REGISTER, "10.0.0.1"), (LOGIN, "10.0.0.2")]
        statuses(LOGIN, 31, REMOTE_ADDR="10.0.0.1")
        return [statuses(url, 1, REMOTE_ADDR=address) for url, address in others]

    assert within_one_minute(attempt) == [[400], [400]]


def ask_for(url: str, email: str, address: str) -> int:
    """With a password that is too long for any, so that nothing is hashed."""
    body = {"email": email, "password": "x" * 200}
    return APIClient().post(url, body, REMOTE_ADDR=address).status_code


@pytest.mark.parametrize("url", [LOGIN, REGISTER])
def test_an_account_counts_from_all_addresses_however_it_is_spelt(db: None, url: str) -> None:
    spellings = ["ann@example.com", " ANN@Example.com"]

    def attempt() -> list[int]:
        first = [ask_for(url, spellings[n % 2], f"10.0.{n // 30}.1") for n in range(300)]
        asked_again = [ask_for(url, e, "10.1.2.1") for e in (spellings[0], "ben@example.com")]
        return [*first, *asked_again]

    assert within_one_minute(attempt) == [400] * 300 + [429, 400]


@pytest.mark.parametrize("url", [LOGIN, REGISTER])
def test_one_address_does_not_keep_the_owner_out(db: None, url: str) -> None:
    """What is refused to it does not count for the account."""

    def attempt() -> list[int]:
        attacks = [ask_for(url, "ann@example.com", "10.0.0.1") for _ in range(301)]
        return [attacks[-1], ask_for(url, "ann@example.com", "10.0.0.2")]

    assert within_one_minute(attempt) == [429, 400]


@pytest.mark.parametrize("body", [[], None, "x", 1, {"email": ["a"]}])
def test_a_body_without_an_account_is_a_400(body: object) -> None:
    answer = APIClient().post(LOGIN, json.dumps(body), content_type="application/json")
    assert answer.status_code == 400


def test_no_address_of_a_person_is_kept(settings: Settings) -> None:
    ask_for(LOGIN, "ann@example.com", "10.0.0.1")
    with Redis.from_url(database_url(settings.REDIS_URL, 2)) as client:
        keys = list(client.scan_iter("*throttle:login:*"))
    assert len(keys) == 2
    assert not any(b"ann" in key for key in keys)


def test_a_made_up_forwarded_address_is_not_believed() -> None:
    def attempt() -> list[int]:
        spoofs = [f"10.0.0.{number}" for number in range(31)]
        return [statuses(LOGIN, 1, HTTP_X_FORWARDED_FOR=spoof)[0] for spoof in spoofs]

    assert within_one_minute(attempt)[-1] == 429


def test_behind_a_trusted_proxy_its_caller_counts(settings: Settings) -> None:
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {"NUM_PROXIES": 1}

    def attempt() -> list[int]:
        for number in range(30):
            statuses(LOGIN, 1, HTTP_X_FORWARDED_FOR=f"1.1.1.{number}, 10.0.0.1")
        callers = ["1.1.1.1, 10.0.0.1", "1.1.1.1, 10.0.0.2"]
        return [statuses(LOGIN, 1, HTTP_X_FORWARDED_FOR=caller)[0] for caller in callers]

    assert within_one_minute(attempt) == [429, 400]


def test_with_redis_away_all_pass(settings: Settings, closed_port: int) -> None:
    away = {"LOCATION": f"redis://127.0.0.1:{closed_port}/0"}
    settings.CACHES = {"default": settings.CACHES["default"] | away}
    assert statuses(LOGIN, 40) == [400] * 40


def test_a_household_is_one_address_of_ipv6() -> None:
    def attempt() -> list[list[int]]:
        for number in range(30):
            statuses(LOGIN, 1, REMOTE_ADDR=f"2001:db8:1:2::{number:x}")
        asked = ("2001:db8:1:2:ffff::1", "2001:db8:1:3::1", "::ffff:10.0.0.7", "10.0.0.7")
        return [statuses(LOGIN, 1, REMOTE_ADDR=address) for address in asked]

    assert within_one_minute(attempt) == [[429], [400], [400], [400]]

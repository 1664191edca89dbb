"""POST auth/refresh/ with a used token, and with one token in parallel."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.utils import timezone
from pytest_django import Settings
from rest_framework.test import APIClient

from tests.api.answers import assert_error
from users_uc.models import RefreshFamily, User
from users_uc.tasks import delete_expired_families
from users_uc.tokens.families import issue_pair

URL = "/api/v1/auth/refresh/"


def test_exactly_one_of_eight_parallel_uses_succeeds(transactional_db: None, charlie: User) -> None:
    body = {"refresh": issue_pair(charlie)["refresh"]}
    barrier = Barrier(8)

    def use(_: int) -> HttpResponse:
        barrier.wait()
        try:
            return APIClient().post(URL, body)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        accepted, *others = sorted(
            threads.map(use, range(8)), key=lambda answer: answer.status_code
        )
    assert accepted.status_code == 200
    assert [answer.status_code for answer in others] == [401] * 7
    pair = json.loads(accepted.content)
    header = f"Bearer {pair['access']}"
    assert APIClient().get("/api/v1/users/me/", HTTP_AUTHORIZATION=header).status_code == 200
    assert APIClient().post(URL, {"refresh": pair["refresh"]}).status_code == 200


def test_a_reuse_within_the_grace_period_keeps_the_new_token(
    charlie: User, anonymous: APIClient
) -> None:
    old = issue_pair(charlie)["refresh"]
    accepted = anonymous.post(URL, {"refresh": old}).json()["refresh"]
    assert_error(anonymous.post(URL, {"refresh": old}), 401, "token_not_valid")
    assert anonymous.post(URL, {"refresh": accepted}).status_code == 200


@pytest.mark.parametrize(
    "other",
    [
        {"REMOTE_ADDR": "203.0.113.9"},
        {"REMOTE_ADDR": "2001:db8::1"},
        {"HTTP_USER_AGENT": "another"},
        {"HTTP_USER_AGENT": "a" * 5000},
    ],
)
def test_a_reuse_by_another_client_revokes_the_family_at_once(
    charlie: User, anonymous: APIClient, other: dict[str, Any]
) -> None:
    old = issue_pair(charlie)["refresh"]
    current = anonymous.post(URL, {"refresh": old}).json()["refresh"]
    assert_error(anonymous.post(URL, {"refresh": old}, **other), 401, "token_not_valid")
    assert_error(anonymous.post(URL, {"refresh": current}), 401, "token_not_valid")


def test_the_addresses_of_one_ipv6_network_are_one_client(
    charlie: User, anonymous: APIClient
) -> None:
    old = issue_pair(charlie)["refresh"]
    anonymous.post(URL, {"refresh": old}, REMOTE_ADDR="2001:db8::1")
    anonymous.post(URL, {"refresh": old}, REMOTE_ADDR="2001:db8::2")
    assert RefreshFamily.objects.exists()


def test_the_client_is_stored_as_a_hash(charlie: User, anonymous: APIClient) -> None:
    old = issue_pair(charlie)["refresh"]
    anonymous.post(URL, {"refresh": old}, HTTP_USER_AGENT="browser")
    assert re.fullmatch("[0-9a-f]{64}", RefreshFamily.objects.get().previous_client)


def test_a_later_reuse_revokes_the_family(
    charlie: User, anonymous: APIClient, settings: Settings
) -> None:
    old = issue_pair(charlie)["refresh"]
    current = anonymous.post(URL, {"refresh": old}).json()["refresh"]
    settings.REFRESH_REUSE_GRACE = timedelta(0)
    assert_error(anonymous.post(URL, {"refresh": old}), 401, "token_not_valid")
    assert_error(anonymous.post(URL, {"refresh": current}), 401, "token_not_valid")


@pytest.mark.parametrize(("seconds", "families"), [(9, 1), (11, 0)])
def test_the_grace_period_is_ten_seconds(
    charlie: User, anonymous: APIClient, seconds: int, families: int
) -> None:
    old = issue_pair(charlie)["refresh"]
    anonymous.post(URL, {"refresh": old})
    RefreshFamily.objects.update(rotated_at=timezone.now() - timedelta(seconds=seconds))
    anonymous.post(URL, {"refresh": old})
    assert RefreshFamily.objects.count() == families


def test_the_grace_period_begins_with_the_last_renewal(charlie: User, anonymous: APIClient) -> None:
    old = issue_pair(charlie)["refresh"]
    RefreshFamily.objects.update(rotated_at=timezone.now() - timedelta(hours=1))
    anonymous.post(URL, {"refresh": old})
    anonymous.post(URL, {"refresh": old})
    assert RefreshFamily.objects.exists()


@pytest.mark.parametrize("renewals", [2, 5])
def test_a_reuse_of_an_older_token_revokes_the_family_at_once(
    charlie: User, anonymous: APIClient, renewals: int
) -> None:
    """The grace period belongs to the last used token. A thief cannot extend it by renewing."""
    current = old = issue_pair(charlie)["refresh"]
    for _ in range(renewals):
        current = anonymous.post(URL, {"refresh": current}).json()["refresh"]
    assert_error(anonymous.post(URL, {"refresh": old}), 401, "token_not_valid")
    assert not RefreshFamily.objects.exists()
    assert_error(anonymous.post(URL, {"refresh": current}), 401, "token_not_valid")


def test_a_reuse_revokes_no_other_login(
    charlie: User, anonymous: APIClient, settings: Settings
) -> None:
    other = issue_pair(charlie)["refresh"]
    old = issue_pair(charlie)["refresh"]
    anonymous.post(URL, {"refresh": old})
    settings.REFRESH_REUSE_GRACE = timedelta(0)
    anonymous.post(URL, {"refresh": old})
    assert anonymous.post(URL, {"refresh": other}).status_code == 200


@pytest.mark.parametrize(("days_left", "remaining"), [(-1, 0), (1, 1)])
def test_only_expired_families_are_deleted(charlie: User, days_left: int, remaining: int) -> None:
    issue_pair(charlie)
    RefreshFamily.objects.update(expires_at=timezone.now() + timedelta(days=days_left))
    delete_expired_families()
    assert RefreshFamily.objects.count() == remaining


def test_a_renewal_extends_the_lifetime_of_the_family(charlie: User, anonymous: APIClient) -> None:
    old = issue_pair(charlie)["refresh"]
    RefreshFamily.objects.update(expires_at=timezone.now())
    anonymous.post(URL, {"refresh": old})
    assert RefreshFamily.objects.get().expires_at > timezone.now() + timedelta(hours=23)

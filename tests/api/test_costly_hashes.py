"""Logins with imported hashes that cost more than those of this service."""

import os
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from itertools import islice
from threading import Event, Semaphore, get_native_id

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher, PBKDF2PasswordHasher
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from rest_framework.test import APIClient

from core.server import sizing, slow_work
from tests.api.answers import assert_error
from tests.conftest import PASSWORD, client_of
from users_uc.models import User
from users_uc.passwords import verification

PLACES = sizing.THREADS // 8
COSTLY = {
    "pbkdf2": "pbkdf2_sha256$1000000$somesalt$" + "A" * 43 + "=",
    "bcrypt": "imported$$2b$13$abcdefghijklmnopqrstuusjHI0zQHpOe3SFDK1IriYv6N79Gzr32",
    "argon2id": "argon2$argon2id$v=19$m=102400,t=2,p=8$c29tZXNhbHRzb21l$" + "A" * 43,
    "digest": "wrapped$md5$c29tZXNhbHQ=$argon2$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$AAAAAAAAAAA",
}


@pytest.fixture
def finish_checks(monkeypatch: pytest.MonkeyPatch) -> Iterator[Event]:
    """Return an event for which each check of a costly hash waits before it succeeds."""
    event = Event()
    for kind in (Argon2PasswordHasher, PBKDF2PasswordHasher):

        def verify(self: object, password: str, encoded: str) -> bool:
            return encoded not in COSTLY.values() or event.wait(60)

        monkeypatch.setattr(kind, "verify", verify)
    monkeypatch.setattr(verification, "matches", lambda *_: event.wait(60))
    monkeypatch.setattr(verification, "digests", lambda *_: [b"digest"] if event.wait(60) else [])
    yield event
    event.set()


def log_in(user: User) -> HttpResponse:
    """Log in, in a thread of its own, and return the answer."""
    try:
        body = {"email": user.email, "password": PASSWORD}
        return APIClient().post("/api/v1/auth/login/", body)
    finally:
        connection.close()


@pytest.mark.parametrize("encoded", COSTLY.values(), ids=COSTLY)
def test_costly_logins_beyond_the_limit_are_503_and_delay_no_other_request(
    transactional_db: None, charlie: User, bob: User, finish_checks: Event, encoded: str
) -> None:
    User.objects.filter(pk=charlie.pk).update(password=encoded)
    with ThreadPoolExecutor(PLACES + 2) as threads:
        logins = [threads.submit(log_in, charlie) for _ in range(PLACES + 2)]
        try:
            for login in islice(as_completed(logins, timeout=20), 2):
                assert_error(login.result(), 503, "unavailable")
                assert login.result()["Retry-After"] == "5"
            assert log_in(bob).status_code == 200
            assert client_of(bob).get("/api/v1/users/me/").status_code == 200
        finally:
            finish_checks.set()
    statuses = sorted(login.result().status_code for login in logins)
    assert statuses == [200] * PLACES + [503] * 2


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a priority for each thread")
def test_a_costly_hash_has_a_lower_priority(charlie: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """The cores are first for the threads that answer other requests."""
    priorities = []

    def verify(self: object, password: str, encoded: str) -> bool:
        priorities.append(os.getpriority(os.PRIO_PROCESS, get_native_id()))
        return True

    monkeypatch.setattr(PBKDF2PasswordHasher, "verify", verify)
    User.objects.filter(pk=charlie.pk).update(password=COSTLY["pbkdf2"])
    before = os.getpriority(os.PRIO_PROCESS, get_native_id())
    assert log_in(charlie).status_code == 200
    assert priorities == [min(before + 5, 19)]
    assert os.getpriority(os.PRIO_PROCESS, get_native_id()) == before


def test_the_places_are_free_again_after_a_wrong_password(
    transactional_db: None, charlie: User
) -> None:
    User.objects.update(password=COSTLY["pbkdf2"].replace("1000000", "1000"))
    statuses = [log_in(charlie).status_code for _ in range(PLACES + 1)]
    assert statuses == [401] * (PLACES + 1)


def test_the_admin_shows_an_error_beyond_the_limit(
    alice: User, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slow_work, "PLACES", Semaphore(0))
    User.objects.update(password=COSTLY["pbkdf2"])
    answer = client.post("/admin/login/", {"username": alice.email, "password": PASSWORD})
    assert answer.status_code == 200
    assert "The service is unavailable. Try again in a few seconds." in answer.content.decode()

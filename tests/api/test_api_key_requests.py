"""Requests with an API key, and the end of keys."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings
from rest_framework.test import APIClient

from core.http.throttling import WindowThrottle
from tasks.intake import upload_request
from tasks.models import ImportJob
from tests.api.answers import assert_error
from tests.api_keys import client_with, client_with_key, make_key
from tests.conftest import PASSWORD, client_of
from tests.imports import run
from users_uc.models import ApiKey, RefreshFamily, User

ME = "/api/v1/users/me/"
UPLOAD = "/api/v1/imports/"


def test_a_key_authenticates_its_owner(bob: User) -> None:
    client = client_with_key(bob, "users:read")
    assert client.get(ME).json()["email"] == bob.email


def test_a_program_imports_with_a_key(bob: User, csv_file: Callable[..., Any]) -> None:
    client = client_with_key(bob, "imports:write", "imports:read")
    answer = client.post(UPLOAD, {"file": csv_file("email\nann@x.com\n")}, format="multipart")
    assert answer.status_code == 202
    job = ImportJob.objects.get()
    run(job)
    assert client.get(answer["Location"]).json()["status"] == "SUCCESS"


@pytest.mark.parametrize("change", ["last", "first", "shorter", "longer", "checksum", "other id"])
def test_a_changed_key_is_refused(bob: User, change: str) -> None:
    key, text = make_key(bob, "users:read")
    changed = {
        "last": text[:-1] + ("0" if text[-1] != "0" else "1"),
        "first": "Acc" + text[3:],
        "shorter": text[:-1],
        "longer": f"{text}0",
        "checksum": make_key(bob, "users:read")[1].replace(f"_{key.pk + 1}_", f"_{key.pk}_"),
        "other id": text.replace(f"_{key.pk}_", f"_{key.pk}0_"),
    }[change]
    assert client_with(changed).get(ME).status_code == 401


def test_an_invalid_key_costs_no_query(
    bob: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    _, text = make_key(bob, "users:read")
    with django_assert_num_queries(0):
        assert_error(client_with(f"{text[:-6]}000000").get(ME), 401, "key_not_valid")


def test_a_key_with_another_secret_is_refused(bob: User) -> None:
    """The checksum is right, so that only the hash can tell."""
    old, text = make_key(bob, "users:read")
    ApiKey.objects.filter(pk=old.pk).update(secret_hash=b"0" * 32)
    assert_error(client_with(text).get(ME), 401, "key_not_valid")
    assert ApiKey.objects.get().last_used_at is None


def test_an_expired_key_is_refused(bob: User) -> None:
    key, text = make_key(bob, "users:read", expires_at=timezone.now() + timedelta(hours=1))
    assert client_with(text).get(ME).status_code == 200
    ApiKey.objects.filter(pk=key.pk).update(expires_at=timezone.now() - timedelta(hours=1))
    assert_error(client_with(text).get(ME), 401, "key_not_valid")


def test_a_deleted_key_ends_at_once(as_bob: APIClient, bob: User) -> None:
    key, text = make_key(bob, "users:read")
    assert as_bob.delete(f"/api/v1/keys/{key.pk}/").status_code == 204
    assert_error(client_with(text).get(ME), 401, "key_not_valid")


def test_a_deactivation_ends_the_keys_for_good(bob: User, as_alice: APIClient) -> None:
    _, text = make_key(bob, "users:read")
    for is_active in (False, True):
        answer = as_alice.patch(f"/api/v1/users/{bob.pk}/", {"is_active": is_active})
        assert answer.status_code == 200
        assert_error(client_with(text).get(ME), 401, "key_not_valid")


def test_an_import_that_deactivates_the_owner_ends_the_keys(
    as_alice: APIClient, charlie: User, imported: Callable[..., Any]
) -> None:
    erin = User.objects.create_user("erin@example.com", PASSWORD)
    texts = [make_key(user, "users:read")[1] for user in (charlie, erin)]
    rows = f"email,is_active\n{charlie.email},false\n{erin.email},true\n"
    imported(as_alice, rows, mode="upsert")
    assert [client_with(text).get(ME).status_code for text in texts] == [401, 200]
    assert not charlie.api_keys.exists()


def test_a_deactivation_at_the_owners_wish_ends_the_keys(as_bob: APIClient, bob: User) -> None:
    _, text = make_key(bob, "users:read")
    as_bob.post("/api/v1/users/me/deactivate/", {"current_password": PASSWORD})
    assert client_with(text).get(ME).status_code == 401


def test_a_new_password_leaves_the_keys(bob: User) -> None:
    _, text = make_key(bob, "users:read")
    bob.change_password("another long passphrase")
    assert not RefreshFamily.objects.filter(user=bob).exists()
    assert client_with(text).get(ME).status_code == 200


def test_a_lost_permission_ends_what_a_key_may_do(bob: User) -> None:
    client = client_with_key(bob, "imports:write")
    assert client.get("/api/contacts/upload-csv/").status_code == 204
    bob.set_can_import(allowed=False)
    assert_error(client.get("/api/contacts/upload-csv/"), 403, "permission_denied")


def test_an_owner_who_must_choose_a_password_is_refused(bob: User) -> None:
    client = client_with_key(bob, "users:read")
    User.objects.filter(pk=bob.pk).update(must_change_password=True)
    assert_error(client.get(ME), 403, "password_change_required")


def test_an_owner_without_a_verified_address_is_refused(bob: User, settings: Settings) -> None:
    client = client_with_key(bob, "users:read")
    settings.REQUIRE_VERIFIED_EMAIL = True
    assert_error(client.get(ME), 401, "key_not_valid")


def test_a_key_has_no_recent_login(alice: User, charlie: User) -> None:
    """A stolen key must not be enough to take over another account."""
    client = client_with_key(alice, "users:write")
    answer = client.patch(f"/api/v1/users/{charlie.pk}/", {"password": "another long passphrase"})
    assert_error(answer, 403, "recent_login_required")
    assert answer.json()["error"]["message"] == (
        "This change needs the password of the owner of the API key. Send it in the field "
        "current_password."
    )


def test_the_error_names_the_missing_scope(bob: User) -> None:
    answer = client_with_key(bob, "imports:read").get("/api/v1/users/")
    assert_error(answer, 403, "insufficient_scope")
    assert "users:read" in answer.json()["error"]["message"]


def test_a_key_costs_one_query(
    bob: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client, with_token = client_with_key(bob, "users:read"), client_of(bob)
    with django_assert_num_queries(1):
        with_token.get(ME)
    for _ in range(2):  # the first use is noted, the second is not
        with django_assert_num_queries(2):
            client.get(ME)


def test_the_last_use_is_noted_once_in_ten_minutes(bob: User) -> None:
    key, text = make_key(bob, "users:read")
    client_with(text).get(ME)
    key.refresh_from_db()
    first = key.last_used_at
    assert first is not None
    client_with(text).get(ME)
    key.refresh_from_db()
    assert key.last_used_at == first
    ApiKey.objects.update(last_used_at=first - timedelta(minutes=11))
    client_with(text).get(ME)
    key.refresh_from_db()
    assert key.last_used_at is not None
    assert key.last_used_at >= first


def test_a_key_survives_the_rotation_of_the_secret_key(bob: User, settings: Settings) -> None:
    _, text = make_key(bob, "users:read")
    old = settings.SECRET_KEY
    settings.SECRET_KEY = "another-secret-key-of-more-than-32-characters"
    assert client_with(text).get(ME).status_code == 401
    settings.SECRET_KEY_FALLBACKS = [old]
    assert client_with(text).get(ME).status_code == 200
    settings.SECRET_KEY_FALLBACKS = []
    assert client_with(text).get(ME).status_code == 200


def test_a_key_that_is_deleted_during_an_upload_imports_nothing(
    no_file_is_left: None, bob: User, monkeypatch: pytest.MonkeyPatch, csv_file: Callable[..., Any]
) -> None:
    client = client_with_key(bob, "imports:write")

    real = upload_request.form_options

    def form_options(*arguments: Any, **options: Any) -> Any:
        """Delete the key once the body has arrived."""
        ApiKey.objects.all().delete()
        return real(*arguments, **options)

    monkeypatch.setattr(upload_request, "form_options", form_options)
    answer = client.post(UPLOAD, {"file": csv_file("email\na@x.com\n")}, format="multipart")
    assert_error(answer, 401, "key_not_valid")
    assert not ImportJob.objects.exists()


def test_a_key_has_a_rate_limit_of_its_own(bob: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(WindowThrottle.THROTTLE_RATES, "api_key", "2/day")
    first, second = (client_with_key(bob, "users:read") for _ in range(2))
    assert [first.get(ME).status_code for _ in range(3)] == [200, 200, 429]
    assert int(first.get(ME)["Retry-After"]) > 0
    assert second.get(ME).status_code == 200


def test_the_answer_says_how_many_requests_are_left(
    bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(WindowThrottle.THROTTLE_RATES, "api_key", "3/day")
    client = client_with_key(bob, "users:read")
    answers = [client.get(ME) for _ in range(4)]
    assert [answer["RateLimit-Remaining"] for answer in answers] == ["2", "1", "0", "0"]
    assert {answer["RateLimit-Limit"] for answer in answers} == {"3"}
    assert 0 < int(answers[-1]["RateLimit-Reset"]) <= 24 * 3600
    assert answers[-1].status_code == 429


def test_the_answer_shows_the_limit_that_is_used_up_first(
    bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(WindowThrottle.THROTTLE_RATES, "upload", "7/day")
    client = client_with_key(bob, "imports:write")
    assert client.post(UPLOAD, {}, format="multipart")["RateLimit-Remaining"] == "6"
    assert int(client.get(UPLOAD)["RateLimit-Limit"]) == 1200


def test_a_login_does_not_tell_how_many_guesses_are_left(db: None, anonymous: APIClient) -> None:
    answer = anonymous.post("/api/v1/auth/login/", {"email": "bob@example.com", "password": "x"})
    assert "RateLimit-Remaining" not in answer


def test_an_answer_before_the_key_is_read_does_not_count(
    bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(WindowThrottle.THROTTLE_RATES, "api_key", "9/day")
    client = client_with_key(bob, "users:read")
    before = int(client.get(ME)["RateLimit-Remaining"])
    for url, status in ((f"{ME}?x=1", 400), ("/api/v1/nothing/", 404)):
        answer = client.get(url)
        assert (answer.status_code, "RateLimit-Limit" in answer) == (status, False)
    assert int(client.get(ME)["RateLimit-Remaining"]) == before - 1

"""GET and DELETE users/{id}/."""

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from tests.api.answers import assert_error
from tests.imports import make_job
from users_uc.models import RefreshFamily, User
from users_uc.tokens.families import issue_pair


def test_returns_the_user(as_bob: APIClient, charlie: User) -> None:
    answer = as_bob.get(f"/api/v1/users/{charlie.pk}/")
    assert answer.status_code == 200
    assert answer.json() == {
        "id": charlie.pk,
        "email": "charlie@example.com",
        "external_id": None,
        "name": "Charlie",
        "phone": "",
        "attributes": {},
        "is_active": True,
        "must_change_password": False,
        "is_staff": False,
        "is_superuser": False,
        "can_import": False,
        "email_verified": False,
        "date_joined": charlie.date_joined.isoformat().replace("+00:00", "Z"),
        "import_id": None,
        "import_line": None,
        "last_import_id": None,
    }


def test_costs_two_queries(
    as_bob: APIClient, charlie: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(2):  # the token's user; the user with can_import
        as_bob.get(f"/api/v1/users/{charlie.pk}/")


def test_another_user_is_like_an_unknown_user(as_charlie: APIClient, bob: User) -> None:
    answers = [as_charlie.get(f"/api/v1/users/{user_id}/") for user_id in (bob.pk, 10**17)]
    for answer in answers:
        assert_error(answer, 404, "not_found")
    first, second = (answer.json()["error"] for answer in answers)
    assert first == second


@pytest.mark.parametrize("user_id", ["abc", "1.5", "-1", "9" * 19, "1/2"])
def test_an_invalid_id_is_404(as_bob: APIClient, user_id: str) -> None:
    assert_error(as_bob.get(f"/api/v1/users/{user_id}/"), 404, "not_found")


def test_the_largest_id_is_404(as_bob: APIClient) -> None:
    assert_error(as_bob.get(f"/api/v1/users/{'9' * 18}/"), 404, "not_found")


def test_a_user_is_deleted_with_their_logins(as_bob: APIClient, charlie: User) -> None:
    issue_pair(charlie)
    families = RefreshFamily.objects.filter(user_id=charlie.pk)
    answer = as_bob.delete(f"/api/v1/users/{charlie.pk}/")
    assert answer.status_code == 204
    assert answer.content == b""
    assert not User.objects.filter(pk=charlie.pk).exists()
    assert not families.exists()
    assert_error(as_bob.delete(f"/api/v1/users/{charlie.pk}/"), 404, "not_found")


def test_staff_cannot_delete_staff_or_superusers(as_bob: APIClient, alice: User, bob: User) -> None:
    for user in (alice, bob):
        assert_error(as_bob.delete(f"/api/v1/users/{user.pk}/"), 403, "permission_denied")
    assert set(User.objects.all()) == {alice, bob}


def test_an_import_outlives_its_owner(as_alice: APIClient, bob: User) -> None:
    job = make_job("email\n", owner=bob)
    assert as_alice.delete(f"/api/v1/users/{bob.pk}/").status_code == 204
    job.refresh_from_db()
    assert job.owner is None
    assert as_alice.get(f"/api/v1/imports/{job.id}/").status_code == 200

"""API keys in the admin."""

import pytest
from django.test import Client

from tests.api_keys import client_with, make_key
from users_uc.models import ApiKey, User

PAGE = "/admin/users_uc/apikey/"


@pytest.fixture
def as_admin(alice: User) -> Client:
    """Return Alice's browser."""
    client = Client()
    client.force_login(alice)
    return client


def test_a_superuser_sees_the_keys_of_all_users_without_their_hash(
    as_admin: Client, bob: User
) -> None:
    key, _ = make_key(bob, "imports:write", name="HR export")
    for url in (f"{PAGE}?q=bob", f"{PAGE}{key.pk}/change/"):
        page = as_admin.get(url).content.decode()
        assert "HR export" in page
        assert "secret" not in page


@pytest.mark.parametrize("way", ["page", "action"])
def test_a_deleted_key_ends_at_once(as_admin: Client, bob: User, way: str) -> None:
    key, text = make_key(bob, "users:read")
    if way == "page":
        as_admin.post(f"{PAGE}{key.pk}/delete/", {"post": "yes"})
    else:
        form = {"action": "delete_selected", "_selected_action": key.pk, "post": "yes"}
        as_admin.post(PAGE, form)
    assert not ApiKey.objects.exists()
    assert client_with(text).get("/api/v1/users/me/").status_code == 401


def test_no_key_is_created_or_changed(as_admin: Client, bob: User) -> None:
    key, _ = make_key(bob, "users:read")
    assert as_admin.get(f"{PAGE}add/").status_code == 403
    assert as_admin.post(f"{PAGE}{key.pk}/change/", {"name": "Other"}).status_code == 403
    key.refresh_from_db()
    assert key.name == "Nightly job"

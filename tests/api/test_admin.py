"""The admin, which only superusers can use and which has the same rules as the API."""

import pytest
from django.test import Client
from pytest_django import Settings

from tests.api.answers import assert_error
from tests.conftest import PASSWORD, client_of
from tests.imports import make_job
from users_uc.models import User

USERS = "/admin/users_uc/user/"
IMPORTS = "/admin/tasks/importjob/"
KEYS = "/admin/users_uc/apikey/"
PAGES = ["/admin/", USERS, f"{USERS}add/", IMPORTS, "/admin/users_uc/attribute/", KEYS]


@pytest.fixture
def as_admin(alice: User) -> Client:
    """Return Alice's browser."""
    client = Client()
    client.force_login(alice)
    return client


@pytest.mark.parametrize("page", PAGES)
def test_a_superuser_opens_each_page(as_admin: Client, page: str) -> None:
    assert as_admin.get(page).status_code == 200


def test_the_link_to_the_site_leads_to_the_console(as_admin: Client, settings: Settings) -> None:
    settings.CONSOLE_URL = "https://accounts.example.com/console/"
    link = f'<a href="{settings.CONSOLE_URL}">View site</a>'
    assert link in as_admin.get("/admin/").content.decode()
    settings.CONSOLE_ENABLED = False
    assert "View site" not in as_admin.get("/admin/").content.decode()


@pytest.mark.parametrize("page", PAGES)
def test_a_user_who_is_not_staff_is_redirected_to_the_login(
    charlie: User, client: Client, page: str
) -> None:
    for _ in range(2):
        assert client.get(page)["Location"] == f"/admin/login/?next={page}"
        client.force_login(charlie)


@pytest.mark.parametrize("page", PAGES[1:])
def test_staff_cannot_open_any_page(bob: User, client: Client, page: str) -> None:
    client.force_login(bob)
    assert_error(client.get(page), 403, "permission_denied")  # type: ignore[arg-type]


def test_the_login_accepts_any_spelling_of_the_email(alice: User, client: Client) -> None:
    form = {"username": "ALICE@example.com", "password": PASSWORD, "next": USERS}
    assert client.post("/admin/login/", form)["Location"] == USERS


def test_users_are_found_by_the_beginning_of_their_email(as_admin: Client, bob: User) -> None:
    page = as_admin.get(USERS, {"q": "bo"}).content.decode()
    assert "bob@example.com" in page
    assert "alice@example.com</a>" not in page


def test_no_user_is_found_by_a_text_longer_than_any_email(as_admin: Client, bob: User) -> None:
    page = as_admin.get("/admin/users_uc/user/", {"q": "bob " * 64}).content.decode()
    assert "0 users" in page


ADD = {"email": " Ann@Example.COM ", "usable_password": "true"}
ADD |= {"password1": PASSWORD, "password2": PASSWORD}


def test_a_new_user_has_a_normalized_email_and_can_log_in(as_admin: Client, client: Client) -> None:
    assert as_admin.post(f"{USERS}add/", ADD).status_code == 302
    assert User.objects.filter(email="ann@example.com").exists()
    login = {"email": "ann@example.com", "password": PASSWORD}
    assert client.post("/api/v1/auth/login/", login, "application/json").status_code == 200


@pytest.mark.parametrize("email", ["ALICE@example.com", "\u017fam@example.com", "ann", ""])
def test_a_taken_or_invalid_email_is_rejected(as_admin: Client, email: str) -> None:
    answer = as_admin.post(f"{USERS}add/", ADD | {"email": email})
    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors.keys() in ({"email"}, {"__all__"})
    assert User.objects.count() == 1


def test_a_user_can_be_changed(as_admin: Client, charlie: User) -> None:
    url = f"{USERS}{charlie.pk}/change/"
    assert as_admin.get(url).status_code == 200
    rights = dict.fromkeys(("is_active", "is_staff", "is_superuser"), "on")
    form = {"email": "CARL@example.com", "name": "Carl", "phone": ""} | rights
    assert as_admin.post(url, form).status_code == 302
    charlie.refresh_from_db()
    assert (charlie.email, charlie.name) == ("carl@example.com", "Carl")
    assert (charlie.is_staff, charlie.is_superuser) == (True, True)
    assert charlie.check_password(PASSWORD)


@pytest.mark.parametrize("usable", ["true", "false"])
def test_a_new_password_revokes_older_tokens(as_admin: Client, charlie: User, usable: str) -> None:
    older = client_of(charlie)
    form = {"usable_password": usable, "password1": "a new good password"}
    form["password2"] = form["password1"]
    button = "set-password" if usable == "true" else "unset-password"
    answer = as_admin.post(f"{USERS}{charlie.pk}/password/", form | {button: "x"})
    assert answer.status_code == 302
    assert_error(older.get("/api/v1/users/me/"), 401, "token_not_valid")


def test_a_changed_email_ends_the_session(as_admin: Client, alice: User) -> None:
    assert as_admin.get(USERS).status_code == 200
    User.objects.get(pk=alice.pk).save()
    assert as_admin.get(USERS).status_code == 200
    alice.email = "alice@example.org"
    alice.save()
    assert as_admin.get(USERS)["Location"].startswith("/admin/login/")


def test_changing_ones_own_password_keeps_the_session(as_admin: Client) -> None:
    form = {"old_password": PASSWORD, "new_password1": "a new good password"}
    form["new_password2"] = form["new_password1"]
    assert as_admin.post("/admin/password_change/", form).status_code == 302
    assert as_admin.get(USERS).status_code == 200


def test_the_group_of_importers_is_not_in_the_admin(as_admin: Client) -> None:
    assert_error(as_admin.get("/admin/auth/group/"), 404, "not_found")  # type: ignore[arg-type]


def test_several_users_can_be_deleted_at_once(as_admin: Client, bob: User, charlie: User) -> None:
    chosen = {"action": "delete_selected", "_selected_action": [bob.pk, charlie.pk], "post": "yes"}
    assert as_admin.post(USERS, chosen).status_code == 302
    assert User.objects.count() == 1


def test_imports_are_read_only(as_admin: Client, alice: User) -> None:
    job = make_job("email\n", owner=alice)
    assert b"people.csv" in as_admin.get(IMPORTS).content
    assert as_admin.get(f"{IMPORTS}{job.pk}/change/").status_code == 200
    for page in (f"{IMPORTS}add/", f"{IMPORTS}{job.pk}/delete/"):
        assert_error(as_admin.get(page), 403, "permission_denied")  # type: ignore[arg-type]

"""Login, sessions and errors of the console."""

from typing import Any
from unittest.mock import patch

import pytest
from django.db import OperationalError
from django.test import Client

from tests.api.console.browsers import LOGIN, browser_of, post
from tests.conftest import PASSWORD
from users_uc.models import User


def test_a_login_leads_to_the_import_or_to_the_users(alice: User, bob: User, db: None) -> None:
    staff = User.objects.create_user("dora@example.com", PASSWORD, is_staff=True)
    for user, page in ((alice, "import"), (bob, "import"), (staff, "users")):
        assert browser_of(user).get("/console/").headers["Location"] == f"/console/{page}/"


def test_ordinary_users_cannot_log_in(charlie: User) -> None:
    answer = post(Client(), LOGIN, {"email": charlie.email, "password": PASSWORD})
    assert answer.status_code == 403
    assert "Ask an administrator for can_import" in answer.content.decode()


def test_a_wrong_password_keeps_the_address(bob: User) -> None:
    answer = post(
        Client(), LOGIN, {"email": bob.email, "password": "wrong", "next": "/console/users/"}
    )
    page = answer.content.decode()
    assert answer.status_code == 400
    assert bob.email in page
    assert "/console/users/" in page
    assert "wrong" not in page


@pytest.mark.parametrize(
    "path", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"]
)
def test_a_login_never_leads_to_another_site(bob: User, path: str) -> None:
    form = {"email": bob.email, "password": PASSWORD, "next": path}
    assert post(Client(), LOGIN, form).headers["Location"] == "/console/"


def test_logins_are_limited_as_those_of_the_api_are(bob: User, settings: Any) -> None:
    statuses = [
        post(Client(), LOGIN, {"email": bob.email, "password": "wrong"}).status_code
        for _ in range(31)
    ]
    assert statuses == [400] * 30 + [429]


def test_a_forged_request_changes_nothing(bob: User) -> None:
    browser = browser_of(bob, checks_csrf=True)
    answer = post(browser, "/console/logout/")
    assert answer.status_code == 403
    assert "out of date" in answer.content.decode()
    assert browser.get("/console/import/").status_code == 200


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data", "text/plain", "x"])
def test_a_login_that_is_no_form_is_refused(bob: User, kind: str) -> None:
    answer = Client().post(LOGIN, b'{"email": 1}', content_type=kind)
    assert answer.status_code in (400, 415)
    assert "<h1>" in answer.content.decode()


def test_a_forged_login_is_refused(bob: User) -> None:
    browser = Client(enforce_csrf_checks=True)
    assert post(browser, LOGIN, {"email": bob.email, "password": PASSWORD}).status_code == 403
    assert "sessionid" not in browser.cookies


def test_the_cookie_is_for_this_site_only(bob: User) -> None:
    cookie = browser_of(bob).cookies["sessionid"]
    assert (cookie["samesite"], cookie["httponly"]) == ("Strict", True)


def test_an_unused_session_ends(bob: User, settings: Any) -> None:
    browser = browser_of(bob)
    session = browser.session
    session["console_last_use"] -= settings.CONSOLE_IDLE.total_seconds() + 1
    session.save()
    answer = browser.get("/console/import/")
    assert answer.headers["Location"] == "/console/login/?next=%2Fconsole%2Fimport%2F"
    assert "Log out" not in browser.get(LOGIN).content.decode()


@pytest.mark.parametrize(("headers", "extends"), [({}, True), ({"X-Refresh": "1"}, False)])
def test_a_page_that_refreshes_itself_is_no_use(
    bob: User, headers: dict[str, str], extends: bool
) -> None:
    browser = browser_of(bob)
    session = browser.session
    before = session["console_last_use"] = session["console_last_use"] - 120
    session.save()
    browser.get("/console/import/", headers=headers)
    assert (browser.session["console_last_use"] > before) is extends


def test_lost_rights_count_at_once(bob: User) -> None:
    browser = browser_of(bob)
    bob.set_can_import(allowed=False)
    User.objects.filter(pk=bob.pk).update(is_staff=False)
    assert browser.get("/console/import/").status_code == 403


@pytest.mark.parametrize("change", [{"is_active": False}, {"token_version": 7}])
def test_revoked_logins_end_the_session(bob: User, change: dict[str, Any]) -> None:
    browser = browser_of(bob)
    User.objects.filter(pk=bob.pk).update(**change)
    assert browser.get("/console/import/").status_code == 303


def test_htmx_is_led_to_the_login_and_back(bob: User) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/console/users/?q=a"}
    answer = Client().get("/console/import/", headers=headers)
    assert answer.headers["HX-Redirect"] == "/console/login/?next=%2Fconsole%2Fusers%2F%3Fq%3Da"


@pytest.mark.parametrize(
    ("referer", "target"),
    [
        ("http://testserver/console/users/?q=a", "http://testserver/console/users/?q=a"),
        ("http://elsewhere.example/", "/console/"),
        (None, "/console/"),
    ],
)
def test_a_form_without_a_session_leads_to_the_login_and_back(
    bob: User, referer: str | None, target: str
) -> None:
    headers = {"Referer": referer} if referer else {}
    browser = Client()
    answer = post(browser, "/console/logout/", headers=headers)
    login = browser.get(answer.headers["Location"])
    form = {"email": bob.email, "password": PASSWORD, "next": login.context["next"]}
    assert post(browser, LOGIN, form).headers["Location"] == target


def test_a_link_on_another_site_is_asked_again(bob: User) -> None:
    answer = Client().get("/console/history/?page=2", headers={"Sec-Fetch-Site": "cross-site"})
    assert 'content="0; url=/console/history/?page=2"' in answer.content.decode()


def test_a_user_who_must_choose_a_password_does_nothing_else(bob: User) -> None:
    User.objects.filter(pk=bob.pk).update(must_change_password=True)
    browser = Client()
    post(browser, LOGIN, {"email": bob.email, "password": PASSWORD})
    assert browser.get("/console/import/").headers["Location"] == "/console/password/"
    form = {"current_password": PASSWORD, "new_password": PASSWORD}
    assert "Choose another one" in post(browser, "/console/password/", form).content.decode()
    form["new_password"] = "another horse battery"
    assert post(browser, "/console/password/", form).headers["Location"] == "/console/"
    assert browser.get("/console/import/").status_code == 200


def test_an_unknown_page_is_a_page(bob: User) -> None:
    for browser in (Client(), browser_of(bob)):
        answer = browser.get("/console/nothing/here")
        assert answer.status_code == 404
        assert "no page at this address" in answer.content.decode()


def test_an_unavailable_database_is_a_page_without_one(bob: User) -> None:
    browser = browser_of(bob)
    with patch("users_uc.models.User.has_perm", side_effect=OperationalError("gone")):
        answer = browser.get("/console/import/")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert "<h1>" in answer.content.decode()


def test_a_fault_is_a_page(bob: User) -> None:
    browser = browser_of(bob)
    browser.raise_request_exception = False
    with patch("users_uc.models.User.has_perm", side_effect=RuntimeError("a secret")):
        answer = browser.get("/console/import/")
    page = answer.content.decode()
    assert answer.status_code == 500
    assert "internal error" in page
    assert "a secret" not in page


def test_pages_are_not_stored(bob: User) -> None:
    assert browser_of(bob).get("/console/import/").headers["Cache-Control"] == "no-store"

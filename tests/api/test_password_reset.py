"""POST users/reset_password/ and users/reset_password_confirm/."""

import time
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings
from rest_framework.test import APIClient

from core.http.throttling import ResetThrottle
from tests.api.answers import assert_error
from tests.conftest import PASSWORD
from tests.mails import Mailbox
from users_uc.mail.links import LIFETIMES, Purpose
from users_uc.models import Mail, RefreshFamily, User
from users_uc.tasks import send_mails
from users_uc.tokens.families import issue_pair

REQUEST, CONFIRM = "/api/v1/users/reset_password/", "/api/v1/users/reset_password_confirm/"
NEW = "another horse battery"


def request_link(mailbox: Mailbox, client: APIClient, email: str) -> dict[str, str]:
    """Request a reset and return the link of the mail."""
    assert client.post(REQUEST, {"email": email}).status_code == 204
    send_mails()
    return mailbox.link_to(email, "password/reset/confirm")


def test_the_link_sets_a_password_once(
    mailbox: Mailbox, anonymous: APIClient, charlie: User
) -> None:
    link = request_link(mailbox, anonymous, charlie.email)
    assert anonymous.post(CONFIRM, {**link, "new_password": NEW}).status_code == 204
    charlie.refresh_from_db()
    assert charlie.check_password(NEW)
    assert charlie.has_verified_email()
    again = anonymous.post(CONFIRM, {**link, "new_password": PASSWORD})
    assert_error(again, 400, "invalid", token="invalid_link")


def test_links_survive_a_rotation_of_the_key(
    mailbox: Mailbox, anonymous: APIClient, charlie: User, settings: Settings
) -> None:
    """Links stay valid while DJANGO_PREVIOUS_SECRET_KEYS has the old key."""
    link = request_link(mailbox, anonymous, charlie.email)
    before, settings.SECRET_KEY = settings.SECRET_KEY, "another key, which is as long as it must be"
    body = {**link, "new_password": NEW}
    assert_error(anonymous.post(CONFIRM, body), 400, "invalid", token="invalid_link")
    settings.SECRET_KEY_FALLBACKS = [before]
    assert anonymous.post(CONFIRM, body).status_code == 204


def test_a_reset_revokes_every_login(
    mailbox: Mailbox, as_charlie: APIClient, charlie: User
) -> None:
    issue_pair(charlie)
    link = request_link(mailbox, APIClient(), charlie.email)
    APIClient().post(CONFIRM, {**link, "new_password": NEW})
    assert_error(as_charlie.get("/api/v1/users/me/"), 401, "token_not_valid")
    assert not RefreshFamily.objects.exists()


def test_a_user_without_a_password_can_set_one(mailbox: Mailbox, anonymous: APIClient) -> None:
    User.objects.create_user("imported@example.com")
    link = request_link(mailbox, anonymous, "imported@example.com")
    assert anonymous.post(CONFIRM, {**link, "new_password": NEW}).status_code == 204
    credentials = {"email": "imported@example.com", "password": NEW}
    assert anonymous.post("/api/v1/auth/login/", credentials).status_code == 200


def test_any_spelling_of_the_email_is_accepted(
    mailbox: Mailbox, anonymous: APIClient, charlie: User
) -> None:
    anonymous.post(REQUEST, {"email": " CHARLIE@Example.COM "})
    send_mails()
    assert len(mailbox.to(charlie.email)) == 1


@pytest.mark.parametrize("email", ["nobody@example.com", "gone@example.com"])
def test_unknown_and_deactivated_users_get_the_same_answer_and_no_mail(
    mailbox: Mailbox, anonymous: APIClient, email: str
) -> None:
    User.objects.create_user("gone@example.com", PASSWORD, is_active=False)
    assert anonymous.post(REQUEST, {"email": email}).status_code == 204
    send_mails()
    assert mailbox.mails == []
    mail = Mail.objects.get()
    assert (mail.problem, mail.address) == ("nobody", "")


def test_every_email_runs_the_same_queries(
    mailbox: Mailbox, anonymous: APIClient, charlie: User
) -> None:
    """The request does not look up the account, so the duration reveals nothing."""
    statements = []
    for email in (charlie.email, "nobody@example.com"):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            anonymous.post(REQUEST, {"email": email})
        statements.append([query["sql"].replace(email, "") for query in queries])
    assert statements[0]
    assert statements[0] == statements[1]


def test_the_link_expires_after_an_hour(
    mailbox: Mailbox, anonymous: APIClient, charlie: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = request_link(mailbox, anonymous, charlie.email)
    assert LIFETIMES[Purpose.PASSWORD_RESET] == timedelta(hours=1)
    later = time.time() + 3602
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    late = anonymous.post(CONFIRM, {**link, "new_password": NEW})
    assert_error(late, 400, "invalid", token="invalid_link")


@pytest.mark.parametrize(
    "wrong",
    [
        {"uid": "x"}, {"uid": "OTk5OTk5OTk5OTk5OTk5OTk5OTk5"}, {"uid": "AAAA"}, {"uid": "ZMO8"},
        {"uid": "LTE"}, {"token": "x"}, {"token": "a.b.c"}, {"token": "\u00e9.\u00e9.\u00e9"},
        {"token": "...."},
    ],
    ids=str,
)  # fmt: skip
def test_an_invalid_link_is_400(
    mailbox: Mailbox, anonymous: APIClient, charlie: User, wrong: dict[str, str]
) -> None:
    link = request_link(mailbox, anonymous, charlie.email)
    answer = anonymous.post(CONFIRM, {**link, **wrong, "new_password": NEW})
    assert_error(answer, 400, "invalid", token="invalid_link")


def test_a_link_works_only_for_its_own_account(
    mailbox: Mailbox, anonymous: APIClient, charlie: User, bob: User
) -> None:
    to_bob = request_link(mailbox, anonymous, bob.email)
    to_charlie = request_link(mailbox, anonymous, charlie.email)
    mixed = {"uid": to_bob["uid"], "token": to_charlie["token"], "new_password": NEW}
    assert_error(anonymous.post(CONFIRM, mixed), 400, "invalid", token="invalid_link")


def test_a_user_deactivated_meanwhile_cannot_reset_the_password(
    mailbox: Mailbox, anonymous: APIClient, charlie: User
) -> None:
    link = request_link(mailbox, anonymous, charlie.email)
    charlie.deactivate()
    answer = anonymous.post(CONFIRM, {**link, "new_password": NEW})
    assert_error(answer, 400, "invalid", token="invalid_link")


def test_a_weak_password_leaves_the_link_valid(
    mailbox: Mailbox, anonymous: APIClient, charlie: User
) -> None:
    link = request_link(mailbox, anonymous, charlie.email)
    weak = anonymous.post(CONFIRM, {**link, "new_password": "x9!kq"})
    assert_error(weak, 400, "invalid", new_password="password_too_short")
    assert anonymous.post(CONFIRM, {**link, "new_password": NEW}).status_code == 204


def test_a_mailbox_gets_at_most_five_mails(
    mailbox: Mailbox, anonymous: APIClient, charlie: User
) -> None:
    for _ in range(8):
        assert anonymous.post(REQUEST, {"email": charlie.email}).status_code == 204
    send_mails()
    assert len(mailbox.mails) == 5


def test_the_limit_of_an_account_counts_all_ip_addresses(
    mail_is_configured: None, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ResetThrottle.THROTTLE_RATES, "reset", "3/day")
    answers = [
        APIClient().post(REQUEST, {"email": "a@x.com"}, REMOTE_ADDR=f"10.0.0.{number}").status_code
        for number in range(61)  # a window may end in between
    ]
    assert answers[:3] == [204] * 3
    assert 429 in answers


@pytest.mark.parametrize(
    "body", [{}, {"email": ""}, {"email": "x"}, {"email": "a@x.com\r\nBcc: b@x.com"}]
)
def test_an_invalid_email_is_400(
    mailbox: Mailbox, anonymous: APIClient, body: dict[str, str]
) -> None:
    assert anonymous.post(REQUEST, body).status_code == 400
    assert not Mail.objects.exists()


def test_a_reset_without_a_mail_server_is_403(
    settings: Settings, anonymous: APIClient, charlie: User
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    assert_error(anonymous.post(REQUEST, {"email": charlie.email}), 403, "mail_not_set_up")

"""Limits of mails to one mailbox, which strangers must not use up."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from pytest_django import Settings
from rest_framework.test import APIClient

from tests.conftest import PASSWORD
from tests.mails import Mailbox
from users_uc.mail.outbox import MAX_PER_HOUR
from users_uc.models import Mail, User
from users_uc.tasks import send_mails

REGISTER, RESET = "/api/v1/register/", "/api/v1/users/reset_password/"
RESEND = "/api/v1/users/resend_activation/"
OWNER = "ann@example.com"
TAGS = [f"ann+{number}@example.com" for number in range(MAX_PER_HOUR + 3)]


def register(*emails: str) -> None:
    for email in emails:
        answer = APIClient().post(REGISTER, {"email": email, "password": PASSWORD})
        assert answer.status_code == 201
    send_mails()


def request_mails(url: str, *emails: str) -> None:
    for email in emails:
        assert APIClient().post(url, {"email": email}).status_code == 204
    send_mails()


def test_registrations_with_tags_delay_no_mail_of_the_owner(mailbox: Mailbox) -> None:
    register(*TAGS)
    register(OWNER)
    assert len(mailbox.to(OWNER)) == 1
    request_mails(RESEND, OWNER)
    request_mails(RESET, OWNER)
    assert len(mailbox.to(OWNER)) == 3


def test_registrations_of_the_same_email_delay_no_reset(
    mailbox: Mailbox, settings: Settings
) -> None:
    """A second registration sends the owner a mail like that of a reset."""
    settings.REQUIRE_VERIFIED_EMAIL = True
    register(*[OWNER] * (MAX_PER_HOUR + 3))
    before = len(mailbox.to(OWNER))
    assert before == 1 + MAX_PER_HOUR
    request_mails(RESET, OWNER)
    assert len(mailbox.to(OWNER)) == before + 1


@pytest.mark.parametrize(
    "known", [lambda email: {"verified_email": email}, lambda _: {"import_id": uuid4()},
              lambda _: {"is_staff": True}],
    ids=["confirmed", "imported", "staff"],
)  # fmt: skip
def test_strangers_with_tags_delay_no_mail_of_an_account_with_a_known_owner(
    mailbox: Mailbox, known: Callable[[str], dict[str, Any]]
) -> None:
    email = "ann+shop@example.com"
    User.objects.create_user(email, **known(email))
    register(*TAGS)
    request_mails(RESET, *TAGS)
    request_mails(RESET, email)
    assert len(mailbox.to(email)) == 1


def test_accounts_with_tags_share_one_limit(mailbox: Mailbox) -> None:
    """Otherwise a stranger could flood the mailbox."""
    register(*TAGS)
    request_mails(RESET, *TAGS)
    request_mails(RESEND, *TAGS)
    assert len(mailbox.mails) == 3 * MAX_PER_HOUR
    assert Mail.objects.filter(problem="too_many").count() == 3 * (len(TAGS) - MAX_PER_HOUR)


def test_an_account_with_a_known_owner_has_a_limit(mailbox: Mailbox) -> None:
    email = "ann+shop@example.com"
    User.objects.create_user(email, verified_email=email)
    request_mails(RESET, *[email] * (MAX_PER_HOUR + 1))
    assert len(mailbox.to(email)) == MAX_PER_HOUR

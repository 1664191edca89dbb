"""POST users/set_email/ and users/set_email_confirm/."""

import pytest
from rest_framework.test import APIClient

from tests.api.answers import assert_error
from tests.conftest import PASSWORD
from tests.mails import Mailbox
from users_uc.models import Mail, User
from users_uc.tasks import send_mails

REQUEST, CONFIRM = "/api/v1/users/set_email/", "/api/v1/users/set_email_confirm/"
NEW = "charlie@example.org"
BODY = {"current_password": PASSWORD, "new_email": NEW}


def link_to_new(mailbox: Mailbox, client: APIClient) -> dict[str, str]:
    assert client.post(REQUEST, BODY).status_code == 204
    send_mails()
    return mailbox.link_to(NEW, "email/confirm")


def test_the_new_email_is_set_when_it_is_confirmed(
    mailbox: Mailbox, as_charlie: APIClient, charlie: User
) -> None:
    link = link_to_new(mailbox, as_charlie)
    charlie.refresh_from_db()
    assert charlie.email == "charlie@example.com"
    assert APIClient().post(CONFIRM, link).status_code == 204
    charlie.refresh_from_db()
    assert charlie.email == NEW
    assert charlie.has_verified_email()
    assert_error(APIClient().post(CONFIRM, link), 400, "invalid", token="invalid_link")


def test_the_old_email_gets_a_notice(
    mailbox: Mailbox, as_charlie: APIClient, charlie: User
) -> None:
    APIClient().post(CONFIRM, link_to_new(mailbox, as_charlie))
    send_mails()
    (mail,) = mailbox.to("charlie@example.com")
    assert NEW in mail.get_content()


def test_links_to_the_old_email_are_revoked(
    mailbox: Mailbox, as_charlie: APIClient, charlie: User
) -> None:
    APIClient().post("/api/v1/users/reset_password/", {"email": charlie.email})
    send_mails()
    reset = mailbox.link_to(charlie.email, "password/reset/confirm")
    APIClient().post(CONFIRM, link_to_new(mailbox, as_charlie))
    body = {**reset, "new_password": "another horse battery"}
    answer = APIClient().post("/api/v1/users/reset_password_confirm/", body)
    assert_error(answer, 400, "invalid", token="invalid_link")


def test_a_taken_email_gets_the_same_answer_and_no_mail(
    mailbox: Mailbox, as_charlie: APIClient, bob: User
) -> None:
    assert as_charlie.post(REQUEST, {**BODY, "new_email": bob.email}).status_code == 204
    send_mails()
    assert mailbox.mails == []
    assert Mail.objects.get().problem == "nobody"


def test_an_email_taken_meanwhile_is_400(
    mailbox: Mailbox, as_charlie: APIClient, charlie: User
) -> None:
    link = link_to_new(mailbox, as_charlie)
    User.objects.create_user(NEW, PASSWORD)
    assert_error(APIClient().post(CONFIRM, link), 400, "invalid", email="unique")
    charlie.refresh_from_db()
    assert charlie.email == "charlie@example.com"


def test_the_current_password_is_required(mailbox: Mailbox, as_charlie: APIClient) -> None:
    answer = as_charlie.post(REQUEST, {**BODY, "current_password": "not it"})
    assert_error(answer, 400, "invalid", current_password="wrong_password")
    assert not Mail.objects.exists()


def test_a_used_link_stays_invalid_after_the_email_is_changed_back(
    mailbox: Mailbox, as_charlie: APIClient, charlie: User, as_alice: APIClient
) -> None:
    link = link_to_new(mailbox, as_charlie)
    assert APIClient().post(CONFIRM, link).status_code == 204
    back = {"email": "charlie@example.com"}
    assert as_alice.patch(f"/api/v1/users/{charlie.pk}/", back).status_code == 200
    assert_error(APIClient().post(CONFIRM, link), 400, "invalid", token="invalid_link")


def test_a_changed_email_revokes_every_login(
    mailbox: Mailbox, as_charlie: APIClient, charlie: User
) -> None:
    APIClient().post(CONFIRM, link_to_new(mailbox, as_charlie))
    assert_error(as_charlie.get("/api/v1/users/me/"), 401, "token_not_valid")


@pytest.mark.parametrize("method", ["change_password", "deactivate"])
def test_a_password_change_or_a_deactivation_cancels_waiting_mails(
    mailbox: Mailbox, as_charlie: APIClient, charlie: User, method: str
) -> None:
    """Otherwise the link would be created after the owner locked the intruder out."""
    as_charlie.post(REQUEST, BODY)
    getattr(charlie, method)(*["another horse battery"] * (method == "change_password"))
    User.objects.update(is_active=True)
    send_mails()
    assert mailbox.mails == []


def test_an_account_sends_mails_to_at_most_five_new_emails(
    mailbox: Mailbox, as_charlie: APIClient
) -> None:
    for number in range(8):
        as_charlie.post(REQUEST, {**BODY, "new_email": f"somebody{number}@example.org"})
    send_mails()
    assert len(mailbox.mails) == 5


@pytest.mark.parametrize("taken", [[], ["bob@example.com"]])
def test_taken_emails_count_towards_the_limit(
    mailbox: Mailbox, as_charlie: APIClient, bob: User, taken: list[str]
) -> None:
    """Otherwise the limit would reveal how many e-mail addresses are taken."""
    free = [f"somebody{number}@example.org" for number in range(5 - len(taken))]
    for email in [*free, *taken, NEW]:
        as_charlie.post(REQUEST, {**BODY, "new_email": email})
    send_mails()
    assert not mailbox.to(NEW)
    assert len(mailbox.mails) == len(free)


def test_a_mail_to_the_new_email_does_not_quote_the_old_one(
    mailbox: Mailbox, as_charlie: APIClient, charlie: User
) -> None:
    User.objects.update(email="www.example.net/claim@example.com")
    as_charlie.post(REQUEST, BODY)
    send_mails()
    assert "claim" not in mailbox.to(NEW)[0].get_content()

"""POST users/set_email/ and users/set_email_confirm/."""

import pytest
from rest_framework.test import APIClient

from tests.api.answers import assert_error
from tests.conftest import PASSWORD
from tests.mails import Mailbox
from users_uc.models import Mail, User
from users_uc.tasks import send_mails

ASK, CONFIRM = "/api/users/set_email/", "/api/users/set_email_confirm/"
NEW = "charlie@example.org"
BODY = {"current_password": PASSWORD, "new_email": NEW}


def link_to_new(mailbox: Mailbox, client: APIClient) -> dict[str, str]:
    assert client.post(ASK, BODY).status_code == 204
    send_mails()
    return mailbox.link_to(NEW, "email/confirm")


def test_the_new_address_counts_when_it_is_confirmed(
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


def test_the_old_address_is_told(mailbox: Mailbox, as_charlie: APIClient, charlie: User) -> None:
    APIClient().post(CONFIRM, link_to_new(mailbox, as_charlie))
    send_mails()
    (mail,) = mailbox.to("charlie@example.com")
    assert NEW in mail.get_content()


def test_links_to_the_old_address_end(
    mailbox: Mailbox, as_charlie: APIClient, charlie: User
) -> None:
    APIClient().post("/api/users/reset_password/", {"email": charlie.email})
    send_mails()
    reset = mailbox.link_to(charlie.email, "password/reset/confirm")
    APIClient().post(CONFIRM, link_to_new(mailbox, as_charlie))
    body = {**reset, "new_password": "another horse battery"}
    answer = APIClient().post("/api/users/reset_password_confirm/", body)
    assert_error(answer, 400, "invalid", token="invalid_link")


def test_anothers_address_is_not_told_apart(
    mailbox: Mailbox, as_charlie: APIClient, bob: User
) -> None:
    assert as_charlie.post(ASK, {**BODY, "new_email": bob.email}).status_code == 204
    send_mails()
    assert mailbox.mails == []
    assert Mail.objects.get().problem == "nobody"


def test_an_address_that_was_taken_meanwhile_is_400(
    mailbox: Mailbox, as_charlie: APIClient, charlie: User
) -> None:
    link = link_to_new(mailbox, as_charlie)
    User.objects.create_user(NEW, PASSWORD)
    assert_error(APIClient().post(CONFIRM, link), 400, "invalid", email="unique")
    charlie.refresh_from_db()
    assert charlie.email == "charlie@example.com"


def test_a_token_alone_is_not_enough(mailbox: Mailbox, as_charlie: APIClient) -> None:
    answer = as_charlie.post(ASK, {**BODY, "current_password": "not it"})
    assert_error(answer, 400, "invalid", current_password="wrong_password")
    assert not Mail.objects.exists()


def test_a_link_does_not_work_again_where_the_address_was_put_back(
    mailbox: Mailbox, as_charlie: APIClient, charlie: User, as_alice: APIClient
) -> None:
    link = link_to_new(mailbox, as_charlie)
    assert APIClient().post(CONFIRM, link).status_code == 204
    back = {"email": "charlie@example.com"}
    assert as_alice.patch(f"/api/users/{charlie.pk}/", back).status_code == 200
    assert_error(APIClient().post(CONFIRM, link), 400, "invalid", token="invalid_link")


def test_another_address_ends_every_login(
    mailbox: Mailbox, as_charlie: APIClient, charlie: User
) -> None:
    APIClient().post(CONFIRM, link_to_new(mailbox, as_charlie))
    assert_error(as_charlie.get("/api/users/me/"), 401, "token_not_valid")


@pytest.mark.parametrize("lets_out", ["change_password", "deactivate"])
def test_what_waits_to_be_sent_does_not_outlive_the_logins(
    mailbox: Mailbox, as_charlie: APIClient, charlie: User, lets_out: str
) -> None:
    """Its link would be made after the owner had the intruder out."""
    as_charlie.post(ASK, BODY)
    getattr(charlie, lets_out)(*["another horse battery"] * (lets_out == "change_password"))
    User.objects.update(is_active=True)
    send_mails()
    assert mailbox.mails == []


def test_an_account_writes_to_few_new_addresses(mailbox: Mailbox, as_charlie: APIClient) -> None:
    for number in range(8):
        as_charlie.post(ASK, {**BODY, "new_email": f"somebody{number}@example.org"})
    send_mails()
    assert len(mailbox.mails) == 5


@pytest.mark.parametrize("others", [[], ["bob@example.com"]])
def test_those_to_taken_addresses_count_as_well(
    mailbox: Mailbox, as_charlie: APIClient, bob: User, others: list[str]
) -> None:
    """Else the last one would tell how many were taken."""
    free = [f"somebody{number}@example.org" for number in range(5 - len(others))]
    for address in [*free, *others, NEW]:
        as_charlie.post(ASK, {**BODY, "new_email": address})
    send_mails()
    assert not mailbox.to(NEW)
    assert len(mailbox.mails) == len(free)


def test_a_stranger_does_not_choose_the_words(
    mailbox: Mailbox, as_charlie: APIClient, charlie: User
) -> None:
    User.objects.update(email="www.example.net/claim@example.com")
    as_charlie.post(ASK, BODY)
    send_mails()
    assert "claim" not in mailbox.to(NEW)[0].get_content()

"""POST users/activation/ and users/resend_activation/; REQUIRE_VERIFIED_EMAIL."""

import pytest
from pytest_django import Settings
from rest_framework.test import APIClient

from tests.api.answers import assert_error
from tests.conftest import PASSWORD
from tests.mails import Mailbox
from users_uc.models import Mail, User
from users_uc.tasks import send_mails

REGISTER, LOGIN = "/api/v1/register/", "/api/v1/auth/login/"
ACTIVATE, RESEND = "/api/v1/users/activation/", "/api/v1/users/resend_activation/"
DANA = {"email": "dana@example.com", "password": PASSWORD, "name": "Dana"}
CREDENTIALS = {"email": DANA["email"], "password": PASSWORD}


@pytest.fixture
def verified_only(settings: Settings, mailbox: Mailbox) -> Mailbox:
    """Require a verified e-mail address for logins, and return the mailbox."""
    settings.REQUIRE_VERIFIED_EMAIL = True
    return mailbox


def link_to(mailbox: Mailbox, email: str) -> dict[str, str]:
    send_mails()
    return mailbox.link_to(email, "activate")


def test_a_registration_sends_a_link_that_verifies_the_email(
    mailbox: Mailbox, anonymous: APIClient
) -> None:
    assert anonymous.post(REGISTER, DANA).status_code == 201
    dana = User.objects.get()
    assert not dana.has_verified_email()
    link = link_to(mailbox, dana.email)
    assert anonymous.post(ACTIVATE, link).status_code == 204
    dana.refresh_from_db()
    assert dana.has_verified_email()
    assert_error(anonymous.post(ACTIVATE, link), 400, "invalid", token="invalid_link")


def test_registration_works_without_a_mail_server(anonymous: APIClient, db: None) -> None:
    assert anonymous.post(REGISTER, DANA).status_code == 201
    assert not Mail.objects.exists()


def test_the_user_document_has_email_verified(
    mailbox: Mailbox, as_charlie: APIClient, charlie: User
) -> None:
    assert as_charlie.get("/api/v1/users/me/").json()["email_verified"] is False
    APIClient().post(RESEND, {"email": charlie.email})
    APIClient().post(ACTIVATE, link_to(mailbox, charlie.email))
    assert as_charlie.get("/api/v1/users/me/").json()["email_verified"] is True


def test_an_email_changed_by_staff_is_not_verified(as_alice: APIClient, charlie: User) -> None:
    User.objects.filter(pk=charlie.pk).update(verified_email=charlie.email)
    changed = as_alice.patch(f"/api/v1/users/{charlie.pk}/", {"email": "new@example.com"}).json()
    assert changed["email_verified"] is False
    listed = as_alice.get("/api/v1/users/", {"search": "new@"}).json()["results"]
    assert [user["email_verified"] for user in listed] == [False]


@pytest.mark.parametrize("email", ["nobody@example.com", "done@example.com"])
def test_unknown_and_verified_users_get_no_new_link(
    mailbox: Mailbox, anonymous: APIClient, email: str
) -> None:
    User.objects.create_user("done@example.com", PASSWORD, verified_email="done@example.com")
    assert anonymous.post(RESEND, {"email": email}).status_code == 204
    send_mails()
    assert mailbox.mails == []


def test_a_password_reset_link_activates_no_account(
    mailbox: Mailbox, anonymous: APIClient, charlie: User
) -> None:
    anonymous.post("/api/v1/users/reset_password/", {"email": charlie.email})
    send_mails()
    link = mailbox.link_to(charlie.email, "password/reset/confirm")
    assert_error(anonymous.post(ACTIVATE, link), 400, "invalid", token="invalid_link")


def test_the_link_does_not_reactivate_a_deactivated_user(
    mailbox: Mailbox, anonymous: APIClient, charlie: User
) -> None:
    anonymous.post(RESEND, {"email": charlie.email})
    link = link_to(mailbox, charlie.email)
    charlie.deactivate()
    assert_error(anonymous.post(ACTIVATE, link), 400, "invalid", token="invalid_link")


def test_required_verification_comes_before_the_first_login(
    verified_only: Mailbox, anonymous: APIClient
) -> None:
    anonymous.post(REGISTER, DANA)
    assert_error(anonymous.post(LOGIN, CREDENTIALS), 401, "authentication_failed")
    anonymous.post(ACTIVATE, link_to(verified_only, DANA["email"]))
    assert anonymous.post(LOGIN, CREDENTIALS).status_code == 200


def test_requiring_verification_rejects_tokens_of_unverified_users(
    mailbox: Mailbox, anonymous: APIClient, settings: Settings
) -> None:
    """The user registered before verification was required."""
    anonymous.post(REGISTER, DANA)
    tokens = anonymous.post(LOGIN, CREDENTIALS).json()
    dana = APIClient(headers={"Authorization": f"Bearer {tokens['access']}"})
    assert dana.get("/api/v1/users/me/").status_code == 200
    settings.REQUIRE_VERIFIED_EMAIL = True
    assert_error(dana.get("/api/v1/users/me/"), 401, "token_not_valid")
    renewal = {"refresh": tokens["refresh"]}
    assert_error(anonymous.post("/api/v1/auth/refresh/", renewal), 401, "token_not_valid")
    anonymous.post(ACTIVATE, link_to(mailbox, DANA["email"]))
    assert anonymous.post("/api/v1/auth/refresh/", renewal).status_code == 200


def test_a_login_does_not_reveal_whether_the_email_was_free(
    verified_only: Mailbox, anonymous: APIClient, charlie: User
) -> None:
    """The client that registers knows the password even if the e-mail address is taken."""
    errors = []
    for email in (charlie.email, DANA["email"]):
        body = {"email": email, "password": "a stranger's own"}
        anonymous.post(REGISTER, body)
        errors.append(anonymous.post(LOGIN, body).json()["error"])
    assert errors[0] == errors[1]
    assert "resend_activation" in errors[0]["message"]


def test_the_mailbox_decides_between_two_registrations_of_an_email(
    verified_only: Mailbox, anonymous: APIClient
) -> None:
    """A stranger registers first; the owner must not confirm the stranger's password."""
    stranger = {**DANA, "password": "a stranger's own"}
    anonymous.post(REGISTER, stranger)
    anonymous.post(REGISTER, DANA)
    anonymous.post(ACTIVATE, link_to_first(verified_only))
    link = verified_only.link_to(DANA["email"], "password/reset/confirm")
    stolen = {**CREDENTIALS, "password": stranger["password"]}
    assert anonymous.post(LOGIN, stolen).status_code == 401
    chosen = {"new_password": "the owner's own words"}
    assert (
        anonymous.post("/api/v1/users/reset_password_confirm/", {**link, **chosen}).status_code
        == 204
    )
    logins = [stolen, {**CREDENTIALS, "password": chosen["new_password"]}]
    assert [anonymous.post(LOGIN, login).status_code for login in logins] == [401, 200]


def link_to_first(mailbox: Mailbox) -> dict[str, str]:
    """Return the link of the first mail to Dana, which is an activation."""
    send_mails()
    first = Mailbox(mails=mailbox.to(DANA["email"])[:1])
    return first.link_to(DANA["email"], "activate")


@pytest.mark.parametrize("fields", [{"is_staff": True}, {"verified_email": DANA["email"]}])
def test_staff_and_verified_users_keep_their_passwords(
    verified_only: Mailbox, anonymous: APIClient, fields: dict[str, object]
) -> None:
    dana = User.objects.create_user(DANA["email"], PASSWORD, **fields)
    anonymous.post(REGISTER, {**DANA, "password": "a stranger's own"})
    dana.refresh_from_db()
    assert dana.check_password(PASSWORD)


def test_only_the_owner_learns_that_an_email_is_registered(
    verified_only: Mailbox, anonymous: APIClient
) -> None:
    first, second = (anonymous.post(REGISTER, DANA) for _ in range(2))
    assert (first.status_code, first.json()) == (second.status_code, second.json())
    assert first.json() == {"email": DANA["email"], "name": "Dana", "phone": ""}
    send_mails()
    kinds = Mail.objects.order_by("created_at").values_list("kind", flat=True)
    assert list(kinds) == ["activation", "password_reset"]
    assert len(verified_only.to(DANA["email"])) == 2


def test_a_superuser_is_verified_from_the_start(
    verified_only: Mailbox, anonymous: APIClient, alice: User
) -> None:
    credentials = {"email": alice.email, "password": PASSWORD}
    assert anonymous.post(LOGIN, credentials).status_code == 200

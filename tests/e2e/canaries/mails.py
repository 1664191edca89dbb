"""Requests for mails, and uses of their links, with canaries in them."""

from local.waiting import wait_until
from tests.e2e.canaries.requests import LOGIN, REGISTER, Planted, bearer
from tests.e2e.canaries.visitor import Visitor
from tests.mails import Mailbox

USERS = "/api/v1/users/"


def mails(visitor: Visitor, planted: Planted, mailbox: Mailbox) -> str:
    """Return the token of a link that was sent and used."""
    unknown = {"email": f"{planted['e-mail at a reset']}@example.com"}
    visitor.post(f"{USERS}reset_password/", unknown, status=204)
    user = {"email": "mail@example.com", "password": planted["password before a reset"]}
    visitor.post(REGISTER, user, status=201)
    _rejected_mail(visitor, planted, mailbox)
    _new_address(visitor, planted, mailbox, user)
    return _reset(visitor, planted, mailbox, user["email"])


def _rejected_mail(visitor: Visitor, planted: Planted, mailbox: Mailbox) -> None:
    """Cause a mail that the mail server rejects with a reason."""
    email = f"{planted['e-mail rejected by the mail server']}@example.com"
    mailbox.rejections[email] = f"550 no {planted['answer of the mail server']}"
    user = {"email": email, "password": planted["password before a reset"]}
    visitor.post(REGISTER, user, status=201)
    visitor.post(f"{USERS}reset_password/", {"email": email}, status=204)


def _new_address(
    visitor: Visitor, planted: Planted, mailbox: Mailbox, user: dict[str, str]
) -> None:
    own = {"headers": bearer(visitor.post(LOGIN, user, status=200).json()["access"])}
    address = f"{planted['unconfirmed e-mail']}@example.com"
    body = {"new_email": address, "current_password": planted["password at a change of e-mail"]}
    visitor.post(f"{USERS}set_email/", body, status=400, **own)
    right = {"current_password": user["password"]}
    visitor.post(f"{USERS}set_email/", body | right, status=204, **own)
    wait_until(lambda: bool(mailbox.to(address)), timeout=30, what="the mail must come")


def _reset(visitor: Visitor, planted: Planted, mailbox: Mailbox, email: str) -> str:
    before = len(mailbox.to(email))
    visitor.post(f"{USERS}reset_password/", {"email": email}, status=204)
    wait_until(lambda: len(mailbox.to(email)) > before, timeout=30, what="the mail must come")
    body = mailbox.link_to(email, "password/reset/confirm")
    url = f"{USERS}reset_password_confirm/"
    wrong = {
        "token": planted["invalid token of a link"],
        "new_password": planted["password for an invalid token"],
    }
    visitor.post(url, body | wrong, status=400)
    given = {"new_password": planted["password of a reset"]}
    visitor.post(url, body | given, status=204)
    visitor.post(url, body | given, status=400)
    return body["token"]

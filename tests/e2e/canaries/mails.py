"""What is asked for by mail, and what the links do."""

from local.waiting import wait_until
from tests.e2e.canaries.requests import LOGIN, REGISTER, Planted, bearer
from tests.e2e.canaries.visitor import Visitor
from tests.mails import Mailbox

USERS = "/api/users/"


def mails(visitor: Visitor, planted: Planted, mailbox: Mailbox) -> str:
    """The token of a link that was sent; it is used up."""
    unknown = {"email": f"{planted['e-mail at a reset']}@example.com"}
    visitor.post(f"{USERS}reset_password/", unknown, status=204)
    person = {"email": "mail@example.com", "password": planted["password before a reset"]}
    visitor.post(REGISTER, person, status=201)
    _refused_mail(visitor, planted, mailbox)
    _new_address(visitor, planted, mailbox, person)
    return _reset(visitor, planted, mailbox, person["email"])


def _refused_mail(visitor: Visitor, planted: Planted, mailbox: Mailbox) -> None:
    """To somebody whom the mail server does not take, and says why."""
    email = f"{planted['e-mail that is refused by the mail server']}@example.com"
    mailbox.refusals[email] = f"550 no {planted['what the mail server says']}"
    person = {"email": email, "password": planted["password before a reset"]}
    visitor.post(REGISTER, person, status=201)
    visitor.post(f"{USERS}reset_password/", {"email": email}, status=204)


def _new_address(
    visitor: Visitor, planted: Planted, mailbox: Mailbox, person: dict[str, str]
) -> None:
    own = {"headers": bearer(visitor.post(LOGIN, person, status=200).json()["access"])}
    address = f"{planted['e-mail that is not confirmed']}@example.com"
    body = {"new_email": address, "current_password": planted["password at a change of e-mail"]}
    visitor.post(f"{USERS}set_email/", body, status=400, **own)
    right = {"current_password": person["password"]}
    visitor.post(f"{USERS}set_email/", body | right, status=204, **own)
    wait_until(lambda: bool(mailbox.to(address)), timeout=30, what="the mail must come")


def _reset(visitor: Visitor, planted: Planted, mailbox: Mailbox, email: str) -> str:
    before = len(mailbox.to(email))
    visitor.post(f"{USERS}reset_password/", {"email": email}, status=204)
    wait_until(lambda: len(mailbox.to(email)) > before, timeout=30, what="the mail must come")
    body = mailbox.link_to(email, "password/reset/confirm")
    url = f"{USERS}reset_password_confirm/"
    wrong = {"token": planted["token that is none"], "new_password": planted["password for it"]}
    visitor.post(url, body | wrong, status=400)
    given = {"new_password": planted["password of a reset"]}
    visitor.post(url, body | given, status=204)
    visitor.post(url, body | given, status=400)
    return body["token"]

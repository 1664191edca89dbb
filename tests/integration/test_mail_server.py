"""Mail servers that are slow or refuse mails."""

from threading import Event

from django.db import connection
from django.db.models.functions import Now
from pytest_django import Settings

from tests.mailing import add_mail, send_after_pause, send_all_now
from tests.mails import Mailbox
from users_uc.mail import outbox
from users_uc.models import Mail, User
from users_uc.tasks import send_mails


def test_a_server_that_answers_slowly_gets_each_mail_once(
    mailbox: Mailbox, settings: Settings, charlie: User
) -> None:
    settings.EMAIL_TIMEOUT = 1

    def answer_slowly() -> str:
        Event().wait(settings.EMAIL_TIMEOUT * 2)
        return "250 OK"

    mailbox.at_end = answer_slowly
    mail = add_mail(charlie)
    send_mails()
    send_all_now()
    mail.refresh_from_db()
    assert mail.sent_at is not None
    assert len(mailbox.mails) == 1


def test_a_server_that_is_silent_before_the_data_times_out(
    mailbox: Mailbox, settings: Settings, charlie: User
) -> None:
    """The timeout also applies on a connection that has already sent a mail."""
    settings.EMAIL_TIMEOUT = 1
    released = Event()

    def stay_silent() -> str:
        released.wait(20)
        return "451 too late"

    def accept_then_stay_silent() -> str:
        mailbox.at_sender = stay_silent
        return "250 OK"

    mailbox.at_end = accept_then_stay_silent
    add_mail(charlie)
    slow = add_mail(charlie)
    send_mails()
    assert not released.is_set()
    released.set()
    slow.refresh_from_db()
    assert (slow.sent_at, slow.problem) == (None, "SMTPServerDisconnected")


def test_no_mail_is_abandoned_when_the_server_refuses_the_sender(
    mailbox: Mailbox, charlie: User
) -> None:
    """DEFAULT_FROM_EMAIL may be wrong for a day."""
    mail = add_mail(charlie)
    mailbox.at_sender = lambda: "550 5.7.1 not from here"
    for _ in range(outbox.MAX_ATTEMPTS + 2):
        Mail.objects.update(due_at=Now())
        send_after_pause()
    mail.refresh_from_db()
    assert (mail.given_up_at, mail.problem) == (None, "SMTPSenderRefused 550")
    mailbox.at_sender = lambda: "250 OK"
    send_all_now()
    assert len(mailbox.mails) == 1


def test_a_deferred_mail_is_not_sent_to_a_former_address(mailbox: Mailbox, charlie: User) -> None:
    """Its link would reach the owner of the old mailbox."""
    mail = add_mail(charlie)
    mailbox.at_end = lambda: "451 4.3.0 disk full"
    send_mails()
    charlie.email = "charlie@example.org"
    charlie.save()
    mailbox.at_end = lambda: "250 OK"
    send_all_now()
    mail.refresh_from_db()
    assert mailbox.mails == []
    assert (mail.problem, mail.user) == ("nobody", None)


def test_a_deferred_link_is_not_sent_after_the_logins_were_revoked(
    mailbox: Mailbox, charlie: User
) -> None:
    """They are revoked while the server is about to defer the mail."""
    outbox.add(Mail.Kind.EMAIL_CHANGE, user=charlie, address="evil@example.org")

    def change_password_and_defer() -> str:
        User.objects.get().change_password("another horse battery")
        connection.close()
        return "451 4.3.0 disk full"

    mailbox.at_end = change_password_and_defer
    send_mails()
    mailbox.at_end = lambda: "250 OK"
    send_all_now()
    assert mailbox.mails == []


def test_a_deferred_mail_to_a_new_address_is_sent_later(mailbox: Mailbox, charlie: User) -> None:
    outbox.add(Mail.Kind.EMAIL_CHANGE, user=charlie, address="charlie@example.org")
    mailbox.at_end = lambda: "451 4.3.0 disk full"
    send_mails()
    mailbox.at_end = lambda: "250 OK"
    send_all_now()
    assert mailbox.link_to("charlie@example.org", "email/confirm")

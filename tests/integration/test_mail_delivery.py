"""Mails on their way: what is sent, what is tried again, and what is given up."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone
from pytest_django import Settings

from tests.mailing import again, ask
from tests.mails import Mailbox, serving
from users_uc.mail import outbox
from users_uc.models import Mail, User
from users_uc.tasks import forget_old_mails, send_mails


def test_a_mail_is_sent_once_and_its_address_forgotten(mailbox: Mailbox, charlie: User) -> None:
    mail = ask(charlie)
    send_mails()
    again()
    mail.refresh_from_db()
    assert mail.sent_at is not None
    assert (mail.user, mail.address, mail.attempts) == (charlie, "", 1)
    (received,) = mailbox.mails
    assert received["Message-ID"] == f"<{mail.id}@localhost>"
    assert received["Auto-Submitted"] == "auto-generated"


def test_while_the_server_is_away_nothing_is_spent(
    mailbox: Mailbox, settings: Settings, closed_port: int, charlie: User
) -> None:
    mail = ask(charlie)
    settings.EMAIL_PORT = closed_port
    send_mails()
    mail.refresh_from_db()
    assert (mail.attempts, mail.sent_at) == (0, None)
    settings.EMAIL_PORT = mailbox.port
    send_mails()
    assert len(mailbox.mails) == 1


@pytest.mark.parametrize("answer", ["450 4.2.0 try later", "421 4.3.2 closing"])
def test_a_refusal_for_now_is_tried_again(mailbox: Mailbox, charlie: User, answer: str) -> None:
    mail = ask(charlie)
    mailbox.refusals[charlie.email] = answer
    send_mails()
    mail.refresh_from_db()
    assert (mail.sent_at, mail.given_up_at, mail.address) == (None, None, charlie.email)
    assert answer[:3] in mail.problem
    assert mail.due_at > timezone.now()
    mailbox.refusals.clear()
    again()
    assert len(mailbox.mails) == 1


def test_a_refusal_for_good_is_given_up(mailbox: Mailbox, charlie: User, bob: User) -> None:
    mail = ask(charlie)
    ask(bob)
    mailbox.refusals[charlie.email] = "550 5.1.1 no such mailbox"
    send_mails()
    again()
    mail.refresh_from_db()
    assert (mail.problem, mail.attempts, mail.sent_at) == ("refused 550", 1, None)
    assert mail.given_up_at is not None
    assert [received["To"] for received in mailbox.mails] == [bob.email]


def test_a_refusal_at_the_end_of_the_data_takes_the_mark_back(
    mailbox: Mailbox, charlie: User
) -> None:
    mail = ask(charlie)
    mailbox.at_end = lambda: "451 4.3.0 disk full"
    send_mails()
    mail.refresh_from_db()
    assert (mail.sent_at, mail.address) == (None, charlie.email)
    mailbox.at_end = lambda: "250 OK"
    again()
    assert len(mailbox.mails) == 1


def test_who_was_overtaken_sends_nothing(mailbox: Mailbox, charlie: User) -> None:
    """Frozen between its claim and its mark, until the mail was due again."""
    ask(charlie)
    frozen = outbox.claim(invitations=False)
    again()
    assert frozen is not None
    assert not outbox.mark_sent(frozen)
    outbox.retry_later(frozen, "late")
    again()
    assert len(mailbox.mails) == 1


def test_what_ends_its_worker_each_time_is_given_up(mailbox: Mailbox, charlie: User) -> None:
    mail = ask(charlie)
    for _ in range(outbox.MAX_ATTEMPTS):
        Mail.objects.update(due_at=Now())
        assert outbox.claim(invitations=False) is not None
    again()
    mail.refresh_from_db()
    assert mail.problem == "attempts_exhausted"
    assert mailbox.mails == []


def test_a_clock_that_was_set_back_holds_nothing_up(mailbox: Mailbox, charlie: User) -> None:
    ask(charlie)
    Mail.objects.update(due_at=timezone.now() + timedelta(days=2))
    send_mails()
    assert len(mailbox.mails) == 1


def test_a_server_that_closes_early_is_no_loss(
    mailbox: Mailbox, charlie: User, bob: User, alice: User
) -> None:
    """One mail a connection, then 421: the others follow when they are due again."""
    for user in (charlie, bob, alice):
        ask(user)
    mailbox.refusals[bob.email] = "421 4.7.0 too many"
    send_mails()
    mailbox.refusals.clear()
    again()
    assert sorted(mail["To"] for mail in mailbox.mails) == [alice.email, bob.email, charlie.email]


@pytest.mark.django_db(transaction=True)
def test_a_server_that_comes_back_gets_what_waited(settings: Settings, charlie: User) -> None:
    settings.EMAIL_BACKEND = "users_uc.mail.smtp.EmailBackend"
    mailbox = Mailbox()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", mailbox.port
    ask(charlie)
    send_mails()
    assert mailbox.mails == []
    with serving(mailbox):
        send_mails()
    assert len(mailbox.mails) == 1


def test_without_a_way_out_mails_wait(mailbox: Mailbox, settings: Settings, charlie: User) -> None:
    mail = ask(charlie)
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    send_mails()
    mail.refresh_from_db()
    assert (mail.attempts, mail.sent_at) == (0, None)


@pytest.mark.django_db(transaction=True)
def test_other_backends_of_django_will_do(
    settings: Settings, tmp_path_factory: pytest.TempPathFactory, charlie: User
) -> None:
    folder = tmp_path_factory.mktemp("mails")
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(folder)
    ask(charlie)
    send_mails()
    (file,) = folder.iterdir()
    assert charlie.email in file.read_text()


@pytest.mark.parametrize("finish", [lambda mail: outbox.abandon(mail, "x"), outbox.mark_sent])
def test_what_is_over_is_forgotten_in_time(
    charlie: User, mailbox: Mailbox, finish: Callable[[Mail], object]
) -> None:
    ask(charlie)
    mail = outbox.claim(invitations=False)
    assert mail is not None
    mail.user = charlie
    finish(mail)
    waiting = ask(charlie)
    Mail.objects.update(created_at=timezone.now() - timedelta(days=31))
    forget_old_mails()
    assert Mail.objects.count() == 2
    month = timedelta(days=31)
    Mail.objects.update(sent_at=F("sent_at") - month, given_up_at=F("given_up_at") - month)
    forget_old_mails()
    assert Mail.objects.get() == waiting


def test_one_that_cannot_be_written_keeps_no_other_waiting(mailbox: Mailbox, charlie: User) -> None:
    """Django decodes such an address and fails; none can be registered or imported."""
    odd = User.objects.create(email="=?utf-8?q??=@example.com")
    mail = ask(odd)
    ask(charlie)
    send_mails()
    mail.refresh_from_db()
    assert mail.given_up_at is not None
    assert [received["To"] for received in mailbox.mails] == [charlie.email]


def test_what_is_asked_for_in_advance_uses_nothing_up(mailbox: Mailbox, charlie: User) -> None:
    User.objects.update(is_active=False)
    for _ in range(outbox.MAX_PER_HOUR):
        ask(charlie)
    send_mails()
    User.objects.update(is_active=True)
    ask(charlie)
    send_mails()
    assert len(mailbox.mails) == 1


def test_other_spellings_of_a_mailbox_are_one(mailbox: Mailbox, db: None) -> None:
    for number in range(outbox.MAX_PER_HOUR + 3):
        ask(User.objects.create_user(f"ann+{number}@example.com"))
    send_mails()
    assert len(mailbox.mails) == outbox.MAX_PER_HOUR
    assert Mail.objects.filter(problem="too_many").count() == 3


def test_who_is_erased_while_their_mail_is_on_its_way_gets_none(
    mailbox: Mailbox, charlie: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail = ask(charlie)
    ask(bob)
    original = outbox.mark_sent

    def erased_before(mail: Mail) -> bool:
        User.objects.filter(email=charlie.email).delete()
        return original(mail)

    monkeypatch.setattr(outbox, "mark_sent", erased_before)
    send_mails()
    again()
    mail.refresh_from_db()
    assert (mail.sent_at, mail.problem) == (None, "nobody")
    assert [received["To"] for received in mailbox.mails] == [bob.email]

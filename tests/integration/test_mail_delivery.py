"""Delivery of mails: what is sent, retried and abandoned."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone
from pytest_django import Settings

from tests.mailing import add_mail, send_after_pause, send_all_now
from tests.mails import Mailbox, serving
from users_uc.mail import outbox
from users_uc.models import Mail, User
from users_uc.tasks import forget_old_mails, send_mails


def test_a_mail_is_sent_once_and_its_address_is_deleted(mailbox: Mailbox, charlie: User) -> None:
    mail = add_mail(charlie)
    send_mails()
    send_all_now()
    mail.refresh_from_db()
    assert mail.sent_at is not None
    assert (mail.user, mail.address, mail.attempts) == (charlie, "", 1)
    (received,) = mailbox.mails
    assert received["Message-ID"] == f"<{mail.id}@localhost>"
    assert received["Auto-Submitted"] == "auto-generated"


def test_an_unavailable_server_costs_no_attempt(
    mailbox: Mailbox, settings: Settings, closed_port: int, charlie: User
) -> None:
    mail = add_mail(charlie)
    settings.EMAIL_PORT = closed_port
    send_mails()
    mail.refresh_from_db()
    assert (mail.attempts, mail.sent_at) == (0, None)
    settings.EMAIL_PORT = mailbox.port
    send_after_pause()
    assert len(mailbox.mails) == 1


@pytest.mark.parametrize("answer", ["450 4.2.0 try later", "421 4.3.2 closing"])
def test_a_temporary_refusal_is_retried(mailbox: Mailbox, charlie: User, answer: str) -> None:
    mail = add_mail(charlie)
    mailbox.rejections[charlie.email] = answer
    send_mails()
    mail.refresh_from_db()
    assert (mail.sent_at, mail.given_up_at, mail.address) == (None, None, charlie.email)
    assert answer[:3] in mail.problem
    assert mail.due_at > timezone.now()
    mailbox.rejections.clear()
    send_all_now()
    assert len(mailbox.mails) == 1


def test_a_permanent_refusal_abandons_the_mail(mailbox: Mailbox, charlie: User, bob: User) -> None:
    mail = add_mail(charlie)
    add_mail(bob)
    mailbox.rejections[charlie.email] = "550 5.1.1 no such mailbox"
    send_mails()
    send_all_now()
    mail.refresh_from_db()
    assert (mail.problem, mail.attempts, mail.sent_at) == ("refused 550", 1, None)
    assert mail.given_up_at is not None
    assert [received["To"] for received in mailbox.mails] == [bob.email]


def test_a_refusal_after_the_data_resets_sent_at(mailbox: Mailbox, charlie: User) -> None:
    mail = add_mail(charlie)
    mailbox.at_end = lambda: "451 4.3.0 disk full"
    send_mails()
    mail.refresh_from_db()
    assert (mail.sent_at, mail.address) == (None, charlie.email)
    mailbox.at_end = lambda: "250 OK"
    send_all_now()
    assert len(mailbox.mails) == 1


def test_a_sender_that_was_overtaken_sends_nothing(mailbox: Mailbox, charlie: User) -> None:
    """It was stalled after it had claimed the mail, until the mail was due again."""
    add_mail(charlie)
    claimed = outbox.claim(invitations=False)
    send_all_now()
    assert claimed is not None
    assert not outbox.mark_sent(claimed)
    outbox.retry_later(claimed, "late")
    send_all_now()
    assert len(mailbox.mails) == 1


def test_a_mail_that_kills_its_sender_each_time_is_abandoned(
    mailbox: Mailbox, charlie: User
) -> None:
    mail = add_mail(charlie)
    for _ in range(outbox.MAX_ATTEMPTS):
        Mail.objects.update(due_at=Now())
        assert outbox.claim(invitations=False) is not None
    send_all_now()
    mail.refresh_from_db()
    assert mail.problem == "attempts_exhausted"
    assert mailbox.mails == []


def test_a_clock_that_was_set_back_delays_no_mail(mailbox: Mailbox, charlie: User) -> None:
    add_mail(charlie)
    Mail.objects.update(due_at=timezone.now() + timedelta(days=2))
    send_mails()
    assert len(mailbox.mails) == 1


def test_no_mail_is_lost_when_the_server_closes_early(
    mailbox: Mailbox, charlie: User, bob: User, alice: User
) -> None:
    """The server takes one mail per connection; the others are sent when they are due again."""
    for user in (charlie, bob, alice):
        add_mail(user)
    mailbox.rejections[bob.email] = "421 4.7.0 too many"
    send_mails()
    mailbox.rejections.clear()
    send_all_now()
    assert sorted(mail["To"] for mail in mailbox.mails) == [alice.email, bob.email, charlie.email]


@pytest.mark.django_db(transaction=True)
def test_waiting_mails_are_sent_when_the_server_is_available_again(
    settings: Settings, charlie: User
) -> None:
    settings.EMAIL_BACKEND = "users_uc.mail.smtp.EmailBackend"
    mailbox = Mailbox()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", mailbox.port
    add_mail(charlie)
    send_mails()
    assert mailbox.mails == []
    with serving(mailbox):
        send_after_pause()
    assert len(mailbox.mails) == 1


def test_mails_wait_while_no_mail_server_is_configured(
    mailbox: Mailbox, settings: Settings, charlie: User
) -> None:
    mail = add_mail(charlie)
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    send_mails()
    mail.refresh_from_db()
    assert (mail.attempts, mail.sent_at) == (0, None)


@pytest.mark.django_db(transaction=True)
def test_other_mail_backends_of_django_work(
    settings: Settings, tmp_path_factory: pytest.TempPathFactory, charlie: User
) -> None:
    folder = tmp_path_factory.mktemp("mails")
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(folder)
    add_mail(charlie)
    send_mails()
    (file,) = folder.iterdir()
    assert charlie.email in file.read_text()


@pytest.mark.parametrize("finish", [lambda mail: outbox.abandon(mail, "x"), outbox.mark_sent])
def test_sent_and_abandoned_mails_are_deleted_after_a_month(
    charlie: User, mailbox: Mailbox, finish: Callable[[Mail], object]
) -> None:
    add_mail(charlie)
    mail = outbox.claim(invitations=False)
    assert mail is not None
    mail.user = charlie
    finish(mail)
    waiting = add_mail(charlie)
    Mail.objects.update(created_at=timezone.now() - timedelta(days=31))
    forget_old_mails()
    assert Mail.objects.count() == 2
    month = timedelta(days=31)
    Mail.objects.update(sent_at=F("sent_at") - month, given_up_at=F("given_up_at") - month)
    forget_old_mails()
    assert Mail.objects.get() == waiting


def test_a_mail_that_cannot_be_written_does_not_block_others(
    mailbox: Mailbox, charlie: User
) -> None:
    """Django decodes such an address and fails. It can be neither registered nor imported."""
    unwritable = User.objects.create(email="=?utf-8?q??=@example.com")
    mail = add_mail(unwritable)
    add_mail(charlie)
    send_mails()
    mail.refresh_from_db()
    assert mail.given_up_at is not None
    assert [received["To"] for received in mailbox.mails] == [charlie.email]


def test_unsent_mails_do_not_count_towards_the_limit(mailbox: Mailbox, charlie: User) -> None:
    User.objects.update(is_active=False)
    for _ in range(outbox.MAX_PER_HOUR):
        add_mail(charlie)
    send_mails()
    User.objects.update(is_active=True)
    add_mail(charlie)
    send_mails()
    assert len(mailbox.mails) == 1


def test_spellings_of_one_mailbox_share_its_limit(mailbox: Mailbox, db: None) -> None:
    for number in range(outbox.MAX_PER_HOUR + 3):
        add_mail(User.objects.create_user(f"ann+{number}@example.com"))
    send_mails()
    assert len(mailbox.mails) == outbox.MAX_PER_HOUR
    assert Mail.objects.filter(problem="too_many").count() == 3


def test_a_user_erased_while_a_mail_is_being_sent_gets_none(
    mailbox: Mailbox, charlie: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail = add_mail(charlie)
    add_mail(bob)
    original = outbox.mark_sent

    def erase_and_mark(mail: Mail) -> bool:
        User.objects.filter(email=charlie.email).delete()
        return original(mail)

    monkeypatch.setattr(outbox, "mark_sent", erase_and_mark)
    send_mails()
    send_all_now()
    mail.refresh_from_db()
    assert (mail.sent_at, mail.problem) == (None, "nobody")
    assert [received["To"] for received in mailbox.mails] == [bob.email]


def test_a_mail_of_a_later_version_waits_for_it(mailbox: Mailbox, charlie: User) -> None:
    """After the operator has gone back to an earlier version, which has no text for it."""
    later = add_mail(charlie)
    Mail.objects.update(kind="summons")
    add_mail(charlie)
    send_mails()
    assert len(mailbox.to(charlie.email)) == 1
    later.refresh_from_db()
    assert (later.sent_at, later.given_up_at, later.attempts) == (None, None, 0)

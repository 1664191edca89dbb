"""Mails on their way: what is sent, what is tried again, and what is given up."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.db.models.functions import Now
from django.utils import timezone
from pytest_django import Settings

from core.postgres.commit import UnknownCommitError
from local.waiting import wait_until
from tests.mails import Mailbox, serving
from users_uc.mail import outbox
from users_uc.mail.smtp import EmailBackend
from users_uc.models import Mail, User
from users_uc.tasks import forget_old_mails, send_mails

Kind = Mail.Kind


def ask(user: User) -> Mail:
    outbox.add(Kind.PASSWORD_RESET, address=user.email)
    return Mail.objects.latest("created_at")


def again() -> None:
    """Everything is due now, and no crash so fresh that somebody may still speak up."""
    wait_until(_is_nothing_unsaid, timeout=30, what="the server must have been up for a while")
    Mail.objects.update(due_at=Now())
    send_mails()


def _is_nothing_unsaid() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT now() - pg_postmaster_start_time()")
        (up,) = cursor.fetchone() or (timedelta(0),)
    return bool(up > outbox.REMEMBERED)


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


@pytest.mark.django_db(transaction=True)
def test_where_the_mark_cannot_be_committed_nothing_is_sent(
    mailbox: Mailbox, charlie: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail = ask(charlie)
    send = EmailBackend.send_messages

    def ending(server: EmailBackend, messages: list[object]) -> int:
        end_connection(backend())  # as recover does with who hangs
        return send(server, messages)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(EmailBackend, "send_messages", ending)
        with pytest.raises(OperationalError):
            send_mails()
    connection.close()
    assert mailbox.mails == []
    mail.refresh_from_db()
    assert (mail.sent_at, mail.attempts) == (None, 1)
    again()
    assert len(mailbox.mails) == 1


def backend() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone() or (0,)
    return int(pid)


def end_connection(pid: int) -> None:
    other = connection.copy()
    with closing(other), other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])


SLOW = """
    CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN PERFORM pg_sleep(60) WHERE pg_backend_pid() = {pid}; RETURN NULL; END';
    CREATE CONSTRAINT TRIGGER slow AFTER UPDATE OF sent_at ON users_uc_mail
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION slow();
"""


@pytest.fixture
def slow_to_commit(mailbox: Mailbox) -> Iterator[int]:
    """The process of PostgreSQL that takes a minute to commit, for this connection."""
    pid = backend()
    with connection.cursor() as cursor:
        cursor.execute(SLOW.format(pid=pid))
    yield pid
    with connection.cursor() as cursor:
        cursor.execute("DROP FUNCTION slow CASCADE")


def test_what_was_sent_and_whose_commit_was_lost_is_marked_again(
    mailbox: Mailbox, slow_to_commit: int, charlie: User
) -> None:
    mail = ask(charlie)

    def losing_the_commit() -> str:
        with ThreadPoolExecutor(1) as outside:  # Django refuses in the server's event loop
            outside.submit(end_connection, slow_to_commit).result()
        return "250 OK"

    mailbox.at_end = losing_the_commit
    with pytest.raises(UnknownCommitError):
        send_mails()
    mail.refresh_from_db()
    assert mail.sent_at is not None
    again()
    assert len(mailbox.mails) == 1


def test_who_was_overtaken_sends_nothing(mailbox: Mailbox, charlie: User) -> None:
    """Frozen between its claim and its mark, until the mail was due again."""
    ask(charlie)
    frozen = outbox.claim(invitations=False)
    again()
    assert frozen is not None
    assert not outbox.mark_sent(frozen)
    outbox.put_back(frozen, "late")
    again()
    assert len(mailbox.mails) == 1


def test_what_ends_its_worker_each_time_is_given_up(mailbox: Mailbox, charlie: User) -> None:
    mail = ask(charlie)
    for _ in range(outbox.MOST_ATTEMPTS):
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


def test_of_many_servers_that_close_early_none_is_a_loss(
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


@pytest.mark.parametrize("finish", [lambda mail: outbox.give_up(mail, "x"), outbox.mark_sent])
def test_what_is_over_is_forgotten_in_time(
    charlie: User, mailbox: Mailbox, finish: Callable[[Mail], object]
) -> None:
    ask(charlie)
    mail = outbox.claim(invitations=False)
    assert mail is not None
    finish(mail)
    waiting = ask(charlie)
    forget_old_mails()
    assert Mail.objects.count() == 2
    Mail.objects.update(created_at=timezone.now() - timedelta(days=31))
    forget_old_mails()
    assert Mail.objects.get() == waiting

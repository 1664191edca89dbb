"""The one connection to the mail server, and the pause after a failure."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.db import connection
from pytest_django import Settings
from redis import Redis

from local.waiting import wait_until
from tasks.options import Options
from tests.imports import imported
from tests.mailing import add_mail
from tests.mails import Mailbox
from tests.threads import other_connection
from users_uc.mail import deliver, mail_server, outbox
from users_uc.models import Mail, User
from users_uc.tasks import send_invitations, send_mails

LOCK = "SELECT pg_advisory_lock(hashtextextended('mail server', 0))"
SILENCE = "SELECT extract(epoch FROM now() - state_change) FROM pg_stat_activity WHERE pid = %s"


def test_a_second_sender_leaves_the_mails_to_the_first(mailbox: Mailbox, charlie: User) -> None:
    mail = add_mail(charlie)
    with other_connection(autocommit=True) as first:
        first.execute(LOCK)
        send_mails()
        mail.refresh_from_db()
        assert (mailbox.mails, mail.attempts) == ([], 0)
    send_mails()
    assert len(mailbox.mails) == 1


def test_a_mail_that_is_added_while_a_sender_ends_is_sent(
    mailbox: Mailbox, charlie: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sender of the second mail has found the first sender connected."""
    add_mail(charlie)
    claim, late = outbox.claim, [bob]

    def claim_and_add(*, invitations: bool) -> Mail | None:
        mail = claim(invitations=invitations)
        if mail is None and late:
            add_mail(late.pop())
        return mail

    monkeypatch.setattr(outbox, "claim", claim_and_add)
    send_mails()
    assert [mail["To"] for mail in mailbox.mails] == [charlie.email, bob.email]


def test_a_sender_whose_time_is_up_publishes_the_next_one(
    mailbox: Mailbox, charlie: User, queue: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_mail(charlie)
    queue.flushdb()
    monkeypatch.setattr(deliver, "_TIME_LIMIT", 0)
    send_mails()
    assert queue.llen("mails") == 1
    assert mailbox.mails == []


def test_no_sender_connects_for_a_while_after_a_failure(
    mailbox: Mailbox, settings: Settings, closed_port: int, charlie: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(mail_server, "PAUSE", 1)
    add_mail(charlie)
    settings.EMAIL_PORT = closed_port
    send_mails()
    settings.EMAIL_PORT = mailbox.port
    send_mails()
    assert mailbox.mails == []

    def is_sent() -> bool:
        send_mails()
        return len(mailbox.mails) == 1

    wait_until(is_sent, timeout=10, what="the pause must end")


@pytest.mark.usefixtures("cache_unavailable")
def test_mails_are_sent_without_redis(mailbox: Mailbox, charlie: User) -> None:
    add_mail(charlie)
    send_mails()
    assert len(mailbox.mails) == 1


@pytest.mark.usefixtures("cache_unavailable")
def test_a_failure_without_redis_raises_nothing(
    mailbox: Mailbox, settings: Settings, closed_port: int, charlie: User
) -> None:
    add_mail(charlie)
    settings.EMAIL_PORT = closed_port
    send_mails()
    settings.EMAIL_PORT = mailbox.port
    send_mails()
    assert len(mailbox.mails) == 1


def test_invitations_come_after_all_other_mails(mailbox: Mailbox, charlie: User) -> None:
    imported("email\nann@x.com\n", options=Options(invite=True))
    add_mail(charlie)
    send_invitations()
    assert [mail["To"] for mail in mailbox.mails] == [charlie.email, "ann@x.com"]


def test_a_sender_that_waits_shows_signs_of_life(mailbox: Mailbox, charlie: User) -> None:
    """Otherwise `recover` would close its connection, and a rejection would not be noted."""
    add_mail(charlie)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone() or (0,)
    silences: list[float] = []

    def examine() -> str:
        Event().wait(2)
        with ThreadPoolExecutor(1) as executor, other_connection() as other:
            asked = executor.submit(lambda: other.execute(SILENCE, [pid]).fetchone())
            silences.extend(asked.result() or ())
        return "250 OK"

    mailbox.at_end = examine
    send_mails()
    (silence,) = silences
    assert silence < 1.5

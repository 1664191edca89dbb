"""Mails whose database connection is lost while `sent_at` is committed."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from django.db import OperationalError, connection

from core.postgres.commit import UnknownCommitError
from tests.mailing import add_mail, send_all_now
from tests.mails import Mailbox
from users_uc.mail.smtp import EmailBackend
from users_uc.models import User
from users_uc.tasks import send_mails


@pytest.mark.django_db(transaction=True)
def test_no_mail_is_sent_when_sent_at_cannot_be_committed(mailbox: Mailbox, charlie: User) -> None:
    mail = add_mail(charlie)
    send = EmailBackend.send_messages

    def terminate_and_send(server: EmailBackend, messages: list[object]) -> int:
        terminate(backend_pid())  # as recover does with a stalled worker
        return send(server, messages)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(EmailBackend, "send_messages", terminate_and_send)
        with pytest.raises(OperationalError):
            send_mails()
    connection.close()
    assert mailbox.mails == []
    mail.refresh_from_db()
    assert (mail.sent_at, mail.attempts) == (None, 1)
    send_all_now()
    assert len(mailbox.mails) == 1


def backend_pid() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone() or (0,)
    return int(pid)


def terminate(pid: int) -> None:
    other = connection.copy()
    with closing(other), other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])


SLOW_COMMIT = """
    CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN PERFORM pg_sleep(60) WHERE pg_backend_pid() = {pid}; RETURN NULL; END';
    CREATE CONSTRAINT TRIGGER slow AFTER UPDATE OF sent_at ON users_uc_mail
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION slow();
"""


@pytest.fixture
def slow_commit(mailbox: Mailbox) -> Iterator[int]:
    """Make this connection's commits take a minute and yield its process id in PostgreSQL."""
    pid = backend_pid()
    with connection.cursor() as cursor:
        cursor.execute(SLOW_COMMIT.format(pid=pid))
    yield pid
    with connection.cursor() as cursor:
        cursor.execute("DROP FUNCTION slow CASCADE")


def test_a_sent_mail_whose_commit_was_lost_is_not_sent_again(
    mailbox: Mailbox, slow_commit: int, charlie: User
) -> None:
    mail = add_mail(charlie)

    def lose_the_commit() -> str:
        with ThreadPoolExecutor(1) as executor:  # Django refuses queries in the server's event loop
            executor.submit(terminate, slow_commit).result()
        return "250 OK"

    mailbox.at_end = lose_the_commit
    with pytest.raises(UnknownCommitError):
        send_mails()
    mail.refresh_from_db()
    assert mail.sent_at is not None
    send_all_now()
    assert len(mailbox.mails) == 1

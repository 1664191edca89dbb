"""The moment at which a mail is marked and handed over, while the connection is lost."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from django.db import OperationalError, connection

from core.postgres.commit import UnknownCommitError
from tests.mailing import again, ask
from tests.mails import Mailbox
from users_uc.mail.smtp import EmailBackend
from users_uc.models import User
from users_uc.tasks import send_mails


@pytest.mark.django_db(transaction=True)
def test_no_mail_is_sent_when_sent_at_cannot_be_committed(mailbox: Mailbox, charlie: User) -> None:
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


def test_a_sent_mail_whose_commit_was_lost_is_not_sent_again(
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

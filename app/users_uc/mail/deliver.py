"""Sending what is due, so that nobody gets a mail twice or none, whatever dies when.

A mail is marked as sent in a transaction that is committed together with the end of its data,
which is what makes the server accept it: see core/postgres/commit.py. What nobody can rule out is
a mail server that dies after it has accepted a mail and before it has said so, or takes too long to
say it: it gets that mail again, under the same Message-ID.
"""

import logging
import smtplib
import time
from collections.abc import Callable
from functools import partial
from typing import Final

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, transaction

from core.failpoints import failpoint
from core.mails import mail_is_configured
from core.postgres.commit import UnknownCommitError, commit_and
from core.postgres.migrating import wait_for_database
from users_uc.mail import letters, outbox
from users_uc.mail.smtp import EmailBackend
from users_uc.models import Mail

logger = logging.getLogger(__name__)

SLICE: Final = 5.0
"""Seconds after which other work of the process has its turn."""
_MAILS_A_CONNECTION: Final = 50
_PATIENCE: Final = 60
"""Seconds for PostgreSQL to come back, so that what was sent is marked."""
_CLOSING: Final = 421
"""The server's answer before it ends the connection; RFC 5321, 4.2.3."""


def deliver(claim: Callable[[], Mail | None]) -> None:
    """Send the mails that `claim` gives, until it gives none or others have their turn.

    Where the server is away nothing is claimed, and no attempt is spent. (smtplib's errors are
    OSErrors.)
    """
    if not mail_is_configured():
        return
    end = time.monotonic() + SLICE
    try:
        while time.monotonic() < end and _deliver_some(claim, end=end):
            pass
    except OSError as error:
        logger.warning("mails wait for the mail server: %s", type(error).__name__)


def _deliver_some(claim: Callable[[], Mail | None], *, end: float) -> bool:
    """By one connection; whether there may be more."""
    with get_connection() as server:
        for _ in range(_MAILS_A_CONNECTION):
            mail = claim() if time.monotonic() < end else None
            if mail is None:
                return False
            failpoint("mail_claimed")
            _deliver(mail, server)
    return True


def _deliver(mail: Mail, server: BaseEmailBackend) -> None:
    """Send it, or note why not. OSError where the connection is not to be used any more."""
    if outbox.is_asked_for_too_often(mail):
        outbox.abandon(mail, "too_many")
        return
    message = letters.compose(mail)
    if message is None:
        outbox.abandon(mail, "nobody")
    elif outbox.is_one_too_many(mail, to=message.to[0]):
        outbox.abandon(mail, "too_many")
    else:
        _send(mail, message, server)


def _send(mail: Mail, message: EmailMessage, server: BaseEmailBackend) -> None:
    try:
        _hand_over(mail, message, server)
    except (ValueError, LookupError) as error:  # Django's, of an address that it cannot write
        outbox.abandon(mail, type(error).__name__)
    except OSError as error:
        if not _is_of_this_mail(error, mail):
            raise
    except UnknownCommitError:
        connection.close()
        wait_for_database(seconds=_PATIENCE)
        outbox.mark_again(mail)
        raise


def _is_of_this_mail(error: OSError, mail: Mail) -> bool:
    """Note it. Whether others may still be sent by the connection."""
    code = _refusal(error)
    said = code or getattr(error, "smtp_code", 0)
    logger.warning("mail %s not sent: %s %s", mail.pk, type(error).__name__, said or "")
    if 500 <= code < 600:
        outbox.abandon(mail, f"refused {code}")
        return True
    is_of_all = isinstance(error, smtplib.SMTPSenderRefused)  # DEFAULT_FROM_EMAIL
    problem = f"{type(error).__name__} {said or ''}".strip()
    outbox.put_back(mail, problem, is_spent=not is_of_all)
    return code not in {0, _CLOSING}


def _hand_over(mail: Mail, message: EmailMessage, server: BaseEmailBackend) -> None:
    send = partial(server.send_messages, [message])
    with transaction.atomic():
        if not outbox.mark_sent(mail):
            return
        failpoint("mail_marked")
        if isinstance(server, EmailBackend):
            with server.at_end(commit_and):
                send()
        else:
            commit_and(send)
    failpoint("mail_sent")


def _refusal(error: Exception) -> int:
    """The server's answer to this mail: 5xx is for good. 0 for faults of the server or ours."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            return max(code for code, _ in error.recipients.values())
        case smtplib.SMTPDataError():
            return error.smtp_code
    return 0

"""Deliver due mails once, whichever process dies.

A mail is marked as sent in a transaction whose COMMIT is sent together with the end of the mail's
data. The mail server accepts a mail only with the end of its data: see core/postgres/commit.py.
One case remains: the mail server accepts a mail and then dies before it confirms, or confirms too
late. It then gets the mail again, with the same Message-ID.
"""

import logging
import smtplib
import time
from functools import partial
from typing import Final

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from core.failpoints import failpoint
from core.mails import mail_is_configured
from core.postgres.commit import UnknownCommitError, close_if_lost, commit_and
from core.postgres.waiting import persist
from users_uc.mail import letters, mail_server, outbox
from users_uc.mail.smtp import EmailBackend
from users_uc.models import Mail

logger = logging.getLogger(__name__)

_TIME_LIMIT: Final = 5.0
"""Seconds after which a task ends, so that the process can be stopped, and publishes the next."""
_MAILS_PER_CONNECTION: Final = 50
_DATABASE_TIMEOUT: Final = 60
"""Seconds to wait for PostgreSQL, so that what the mail server has answered can be stored."""
_SERVICE_CLOSING: Final = 421
"""The reply of a mail server that closes the connection: RFC 5321, section 4.2.3."""


def deliver(*, invitations: bool = False) -> None:
    """Send due mails until none is due or the time is up, and invitations after all others.

    If another process sends, this one leaves the mails to it. So a sender looks for due mails once
    more after it has closed its connection. If the mail server is unavailable, no mail is claimed
    and no attempt counts.
    """
    if not mail_is_configured():
        return
    end = time.monotonic() + _TIME_LIMIT
    try:
        while _is_due(invitations=invitations) and _deliver_batch(invitations=invitations, end=end):
            if time.monotonic() >= end:
                outbox.publish_sender()
                return
    except OSError as error:  # the errors of smtplib are OSErrors
        logger.warning("the mail server is unavailable, mails wait: %s", type(error).__name__)


def _is_due(*, invitations: bool) -> bool:
    if outbox.has_due(invitations=False):
        return True
    return invitations and outbox.may_invite() and outbox.has_due(invitations=True)


def _claim(*, invitations: bool) -> Mail | None:
    mail = outbox.claim(invitations=False)
    return outbox.claim_invitation() if mail is None and invitations else mail


def _deliver_batch(*, invitations: bool, end: float) -> bool:
    """Send mails over one connection. Return whether this process may go on sending."""
    with mail_server.only_connection() as server:
        if server is None:
            return False
        for _ in range(_MAILS_PER_CONNECTION):
            mail = _claim(invitations=invitations) if time.monotonic() < end else None
            if mail is None:
                break
            failpoint("mail_claimed")
            _deliver(mail, server)
    return True


def _deliver(mail: Mail, server: BaseEmailBackend) -> None:
    """Send or abandon the mail. Raises `OSError` if the connection can no longer be used."""
    if outbox.exceeds_account_limit(mail):
        outbox.abandon(mail, "too_many")
        return
    message = letters.compose(mail)
    if message is None:
        outbox.abandon(mail, "nobody")
    elif outbox.exceeds_mailbox_limit(mail, to=message.to[0]):
        outbox.abandon(mail, "too_many")
    else:
        _send(mail, message, server)


def _send(mail: Mail, message: EmailMessage, server: BaseEmailBackend) -> None:
    try:
        _send_and_commit(mail, message, server)
    except (ValueError, LookupError) as error:  # Django cannot encode the e-mail address
        outbox.abandon(mail, type(error).__name__)
    except OSError as error:
        if not _record_failure(mail, error):
            raise
    except UnknownCommitError:
        persist(partial(outbox.mark_sent_again, mail), seconds=_DATABASE_TIMEOUT)
        raise


def _record_failure(mail: Mail, error: OSError) -> bool:
    """Abandon the mail or schedule a retry. Return whether the connection can still be used."""
    code = _reply_to_mail(error)
    logged_code = code or getattr(error, "smtp_code", 0)
    logger.warning("mail %s not sent: %s %s", mail.pk, type(error).__name__, logged_code or "")
    if 500 <= code < 600:
        abandon = partial(outbox.abandon, mail, f"refused {code}")
        persist(abandon, seconds=_DATABASE_TIMEOUT)
        return True
    concerns_all_mails = isinstance(error, smtplib.SMTPSenderRefused)  # DEFAULT_FROM_EMAIL
    problem = f"{type(error).__name__} {logged_code or ''}".strip()
    retry_later = partial(outbox.retry_later, mail, problem, counts=not concerns_all_mails)
    persist(retry_later, seconds=_DATABASE_TIMEOUT)
    return code not in {0, _SERVICE_CLOSING}


def _send_and_commit(mail: Mail, message: EmailMessage, server: BaseEmailBackend) -> None:
    send = partial(server.send_messages, [message])
    with transaction.atomic():
        if not outbox.mark_sent(mail):
            return
        failpoint("mail_marked")
        try:
            if isinstance(server, EmailBackend):
                with server.at_end(commit_and):
                    send()
            else:
                commit_and(send)
        finally:
            close_if_lost()
    failpoint("mail_sent")


def _reply_to_mail(error: Exception) -> int:
    """Return the mail server's reply code to this mail, or 0 if the error is not about the mail.

    A code of 5xx is permanent.
    """
    match error:
        case smtplib.SMTPRecipientsRefused():
            return max(code for code, _ in error.recipients.values())
        case smtplib.SMTPDataError():
            return error.smtp_code
    return 0

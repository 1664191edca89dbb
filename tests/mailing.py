"""Helpers that queue mails and send them in the process of the test."""

from datetime import timedelta

from django.core.cache import cache
from django.db import connection
from django.db.models.functions import Now

from local.waiting import wait_until
from users_uc.mail import mail_server, outbox
from users_uc.models import Mail, User
from users_uc.tasks import send_mails


def add_mail(user: User) -> Mail:
    """Queue a password-reset mail to the user and return it."""
    outbox.add(Mail.Kind.PASSWORD_RESET, address=user.email)
    return Mail.objects.latest("created_at")


def send_after_pause() -> None:
    """Send due mails as if the pause after a failure of the mail server were over."""
    cache.delete(mail_server.FAILED)
    send_mails()


def send_all_now() -> None:
    """Make every mail due and send the mails, also if the mail server has just failed.

    Wait first until STARTUP_GRACE is over: within it, no claimed mail is claimed again.
    """
    wait_until(_is_past_startup_grace, timeout=30, what="PostgreSQL must be past STARTUP_GRACE")
    Mail.objects.update(due_at=Now())
    send_after_pause()


def _is_past_startup_grace() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT now() - pg_postmaster_start_time()")
        (uptime,) = cursor.fetchone() or (timedelta(0),)
    return bool(uptime > outbox.STARTUP_GRACE)

"""Mails that are asked for, and sent in the test's own process, as the task does it."""

from datetime import timedelta

from django.db import connection
from django.db.models.functions import Now

from local.waiting import wait_until
from users_uc.mail import outbox
from users_uc.models import Mail, User
from users_uc.tasks import send_mails


def ask(user: User) -> Mail:
    """A mail to them that waits."""
    outbox.add(Mail.Kind.PASSWORD_RESET, address=user.email)
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
    return bool(up > outbox.STARTUP_GRACE)

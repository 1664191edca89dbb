"""Upkeep of accounts, and their mails."""

from functools import partial

from celery import shared_task
from django.utils import timezone

from users_uc.mail import deliver, outbox
from users_uc.models import RefreshFamily


@shared_task(name="users_uc.delete_expired_families")
def delete_expired_families() -> None:
    """A family whose newest token has expired has nothing left to guard."""
    RefreshFamily.objects.filter(expires_at__lt=timezone.now()).delete()


@shared_task(name=outbox.SEND_MAILS)
def send_mails() -> None:
    """What somebody waits for: at once where a request asked for it, else when it is due again."""
    if outbox.is_any_due(invitations=False):
        deliver.deliver(partial(outbox.claim, invitations=False))


@shared_task(name="users_uc.send_invitations")
def send_invitations() -> None:
    """Those of imports, in a task of their own: they may take hours."""
    if outbox.may_invite() and outbox.is_any_due(invitations=True):
        deliver.deliver(outbox.claim_invitation)


@shared_task(name="users_uc.forget_old_mails")
def forget_old_mails() -> None:
    """See mail/outbox.py."""
    outbox.forget_old()

"""Periodic tasks of accounts and their mails."""

from celery import shared_task
from django.utils import timezone

from core.postgres.unlocked import delete_unlocked
from users_uc import creation_keys, declarations
from users_uc.mail import deliver, outbox
from users_uc.models import RefreshFamily


@shared_task(name="users_uc.delete_expired_families")
def delete_expired_families() -> None:
    """Delete the token families whose newest refresh token has expired."""
    delete_unlocked(RefreshFamily.objects.filter(expires_at__lt=timezone.now()))


@shared_task(name="users_uc.forget_creation_keys")
def forget_creation_keys() -> None:
    """Delete the expired idempotency keys of created users."""
    creation_keys.forget_old()


@shared_task(name=outbox.SEND_MAILS)
def send_mails() -> None:
    """Send due mails except invitations. Requests publish this task as soon as they commit."""
    deliver.deliver()


@shared_task(name="users_uc.send_invitations")
def send_invitations() -> None:
    """Send due mails and invitations. This is not `send_mails`: invitations can take hours."""
    deliver.deliver(invitations=True)


@shared_task(name="users_uc.forget_old_mails")
def forget_old_mails() -> None:
    """Delete mails that were sent or abandoned longer ago than IMPORT_RETENTION_DAYS."""
    outbox.delete_old()


@shared_task(name=declarations.REMOVE_VALUES)
def remove_values_of_deleted_attributes() -> None:
    """Remove the values of deleted attributes. Deletions publish this task as they commit."""
    declarations.remove_values_of_deleted()

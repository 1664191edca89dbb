"""Upkeep of accounts."""

from celery import shared_task
from django.utils import timezone

from users_uc.models import RefreshFamily


@shared_task(name="users_uc.delete_expired_families")
def delete_expired_families() -> None:
    """A family whose newest token has expired has nothing left to guard."""
    RefreshFamily.objects.filter(expires_at__lt=timezone.now()).delete()

"""The periodic tasks of webhooks."""

from celery import shared_task

from webhooks import deliver, outbox, registry


@shared_task(name=outbox.DELIVER)
def deliver_events() -> None:
    """Send due events. Changes of users publish this task as they commit."""
    deliver.deliver()


@shared_task(name="webhooks.clean_up")
def clean_up() -> None:
    """Delete old deliveries and earlier secrets, and encrypt secrets with the newest key."""
    outbox.delete_old()
    registry.renew_secrets()

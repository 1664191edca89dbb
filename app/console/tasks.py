"""The periodic task of the console."""

from celery import shared_task

from console import uploads


@shared_task(name="console.sweep_uploads")
def sweep_uploads() -> None:
    """Delete expired uploads and their files."""
    uploads.sweep()

"""Spans are recorded only where a collector is set: the SDK costs 0.7 s and 30 MB a process."""

from typing import Any

from celery import signals
from django.conf import settings


def connect() -> None:
    """In a worker, the processes that run tasks record."""
    signals.worker_process_init.connect(start)
    signals.worker_process_shutdown.connect(stop)


def start(**_: Any) -> None:
    """Record and send the spans of this process. Call it after each fork."""
    if settings.TRACES_ENDPOINT:
        from core.telemetry import export  # noqa: PLC0415  (see above)

        export.start(
            settings.TRACES_ENDPOINT,
            ratio=settings.TRACES_RATIO,
            service=f"accounts-{settings.PROCESS_ROLE}",
        )


def stop(**_: Any) -> None:
    """Send what is left; for processes that end without Python's exit handlers."""
    if settings.TRACES_ENDPOINT:
        from core.telemetry import export  # noqa: PLC0415

        export.stop()

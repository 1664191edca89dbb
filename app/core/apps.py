"""The app's configuration."""

from pathlib import Path

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import Tags, register

from core.checks import check_settings


class CoreConfig(AppConfig):
    """What every process of the project observes of itself."""

    name = "core"

    def ready(self) -> None:
        """Not before: a metric's first value needs the directory of core.metrics.service."""
        from core.metrics import wiring  # noqa: PLC0415
        from core.queueing.heartbeat import keep_heartbeat  # noqa: PLC0415
        from core.telemetry import export, messages  # noqa: PLC0415

        register(check_settings, Tags.security)
        messages.connect()
        export.connect()
        wiring.connect()
        if settings.HEARTBEAT_FILE:
            keep_heartbeat(Path(settings.HEARTBEAT_FILE), role=settings.PROCESS_ROLE)

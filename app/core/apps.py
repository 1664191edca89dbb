"""The app's configuration."""

import gc
from pathlib import Path

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import Tags, register

from core.checks import check_settings


class CoreConfig(AppConfig):
    """The app that sets up checks, metrics and telemetry in every process."""

    name = "core"

    def ready(self) -> None:
        """Connect everything.

        The imports are here because a metric needs the directory of core.metrics.service when its
        module is imported.
        """
        from core.metrics import wiring  # noqa: PLC0415
        from core.queueing.heartbeat import keep_heartbeat  # noqa: PLC0415
        from core.telemetry import export, messages  # noqa: PLC0415

        register(check_settings, Tags.security)
        messages.connect()
        export.connect()
        wiring.connect()
        if settings.HEARTBEAT_FILE:
            keep_heartbeat(Path(settings.HEARTBEAT_FILE), role=settings.PROCESS_ROLE)
        gc.freeze()  # no collection looks at the modules again
        gc.enable()  # off since core/__init__.py

"""The app's configuration."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """What every process of the project observes of itself."""

    name = "core"

    def ready(self) -> None:
        """Not before: a metric's first value needs the directory of core.metrics.service."""
        from core.metrics import wiring  # noqa: PLC0415

        wiring.connect()

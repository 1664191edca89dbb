"""The configuration of the app `webhooks`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebhooksConfig(AppConfig):
    """The app `webhooks`, which reports changes of users and ends of imports."""

    name = "webhooks"
    verbose_name = _("Webhooks")

    def ready(self) -> None:
        """Receive the signals of users and imports, and register the metrics."""
        from core.metrics import sources  # noqa: PLC0415  (its first metric needs a directory)
        from tasks.signals import import_finished  # noqa: PLC0415  (apps load first)
        from users_uc.signals import user_changed  # noqa: PLC0415
        from webhooks import events  # noqa: PLC0415
        from webhooks.metrics import webhook_facts  # noqa: PLC0415

        user_changed.connect(events.add_user_event)
        import_finished.connect(events.add_import_event)
        sources.register("database", webhook_facts)

"""Labels of webhooks and deliveries in the admin."""

from django.utils.translation import gettext_lazy as _

from core.admin_labels import set_labels
from webhooks.models import Delivery, Webhook

set_labels(
    Webhook,
    name=_("webhook"),
    plural=_("webhooks"),
    fields={
        "owner": _("owner"),
        "url": _("URL"),
        "events": _("events"),
        "description": _("description"),
        "enabled": _("enabled"),
        "disabled_reason": _("reason"),
        "failing_since": _("failing since"),
        "created_at": _("created at"),
    },
)
set_labels(
    Delivery,
    name=_("delivery"),
    plural=_("deliveries"),
    fields={
        "webhook": _("webhook"),
        "event_type": _("event"),
        "data": _("data"),
        "status": _("state"),
        "attempts": _("attempts"),
        "last_status_code": _("HTTP status"),
        "last_error": _("error"),
        "next_attempt_at": _("next attempt at"),
        "created_at": _("created at"),
        "finished_at": _("finished at"),
    },
)

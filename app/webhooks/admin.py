"""Webhooks and deliveries in Django's admin, for reading. The API changes them."""

from django.contrib import admin

from core.read_only_admin import ReadOnlyAdmin
from webhooks import admin_labels  # noqa: F401
from webhooks.models import Delivery, Webhook


@admin.register(Webhook)
class WebhookAdmin(ReadOnlyAdmin[Webhook]):
    """A list of webhooks, without their secrets."""

    list_display = ("description", "url", "owner", "events", "enabled", "created_at")
    fields = readonly_fields = (*list_display, "disabled_reason", "failing_since", "id")
    list_select_related = ("owner",)
    show_full_result_count = False
    ordering = ("-id",)


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin[Delivery]):
    """A list of deliveries."""

    list_display = (
        *("event_type", "webhook", "status", "attempts", "last_status_code", "last_error"),
        "created_at",
    )
    fields = readonly_fields = (*list_display, "data", "next_attempt_at", "finished_at", "id")
    list_select_related = ("webhook",)
    show_full_result_count = False
    list_filter = ("status",)
    ordering = ("-created_at",)

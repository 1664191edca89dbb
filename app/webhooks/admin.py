"""Webhooks and deliveries in Django's admin, for reading. The API changes them."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from webhooks import admin_labels  # noqa: F401
from webhooks.models import Delivery, Webhook


class _ReadOnly(admin.ModelAdmin[Any]):
    """A model that nobody changes in the admin."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Webhook)
class WebhookAdmin(_ReadOnly):
    """A list of webhooks, without their secrets."""

    list_display = ("description", "url", "owner", "events", "enabled", "created_at")
    fields = readonly_fields = (*list_display, "disabled_reason", "failing_since", "id")
    list_select_related = ("owner",)
    ordering = ("-id",)


@admin.register(Delivery)
class DeliveryAdmin(_ReadOnly):
    """A list of deliveries."""

    list_display = (
        *("event_type", "webhook", "status", "attempts", "last_status_code", "last_error"),
        "created_at",
    )
    fields = readonly_fields = (*list_display, "data", "next_attempt_at", "finished_at", "id")
    list_select_related = ("webhook",)
    list_filter = ("status",)
    ordering = ("-created_at",)

"""Imports in Django's admin, to look at only."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from tasks.models import ImportJob


@admin.register(ImportJob)
class ImportJobAdmin(admin.ModelAdmin[ImportJob]):
    """Jobs change by their own rules; a hand in them would break the counts."""

    list_display = ("file_name", "status", "rows", "failed", "created_at", "finished_at")
    list_filter = ("status",)
    ordering = ("-created_at",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """By upload only."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """By the pipeline only."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """By the sweeper only."""
        return False

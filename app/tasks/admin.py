"""Imports in Django's admin site, read-only."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from tasks import admin_labels  # noqa: F401
from tasks.models import ImportJob


@admin.register(ImportJob)
class ImportJobAdmin(admin.ModelAdmin[ImportJob]):
    """The read-only page of import jobs. A change by hand would break their counts."""

    list_display = ("file_name", "status", "rows", "failed", "created_at", "finished_at")
    list_filter = ("status",)
    ordering = ("-created_at",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return `False`: only an upload adds a job."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return `False`: only the pipeline changes a job."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return `False`: a job is kept for its counts."""
        return False

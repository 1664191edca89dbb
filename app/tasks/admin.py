"""Imports in Django's admin site, read-only."""

from django.contrib import admin

from core.read_only_admin import ReadOnlyAdmin
from tasks import admin_labels  # noqa: F401
from tasks.models import ImportJob


@admin.register(ImportJob)
class ImportJobAdmin(ReadOnlyAdmin[ImportJob]):
    """The page of import jobs. A change by hand would break their counts."""

    list_display = ("file_name", "status", "rows", "failed", "created_at", "finished_at")
    list_filter = ("status",)
    ordering = ("-created_at",)

"""API keys in Django's admin: superusers see the keys of all users and delete them."""

from django.contrib import admin
from django.http import HttpRequest

from users_uc.models import ApiKey


@admin.register(ApiKey)
class ApiKeyAdmin(admin.ModelAdmin[ApiKey]):
    """A list of keys. A user creates a key by the API, or an operator by a command."""

    list_display = ("name", "owner", "scopes", "created_at", "expires_at", "last_used_at")
    fields = readonly_fields = (*list_display, "id")
    list_select_related = ("owner",)
    search_fields = ("owner__email__startswith", "name__startswith")
    show_full_result_count = False
    ordering = ("-id",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: ApiKey | None = None) -> bool:
        return False

"""Users in Django's admin."""

from django import forms
from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from users_uc.models import User
from users_uc.text import PASSWORD_MAX_LENGTH


class LoginForm(AdminAuthenticationForm):
    """Bounded before anything is hashed, as the API's login is."""

    password = forms.CharField(
        strip=False,
        max_length=PASSWORD_MAX_LENGTH,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


admin.site.login_form = LoginForm
# There is one group, whose name and permission are the code's.
admin.site.unregister(Group)


@admin.register(User)
class UserAdmin(DjangoUserAdmin[User]):
    """By e-mail instead of by user name."""

    ordering = ("-id",)
    list_display = ("email", "name", "is_active", "is_staff", "date_joined")
    list_filter = ("is_staff", "is_superuser", "is_active")
    search_fields = ("email__startswith",)
    show_full_result_count = False
    readonly_fields = ("date_joined", "last_login", "import_id")
    fieldsets = (
        (None, {"fields": ("email", "password")}),
        ("Person", {"fields": ("name", "phone")}),
        ("Rights", {"fields": ("is_active", "is_staff", "is_superuser", "groups")}),
        ("History", {"fields": ("date_joined", "last_login", "import_id")}),
    )

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """One by one, as everywhere: see User.delete."""
        with transaction.atomic():
            for user in queryset.order_by("pk"):
                user.delete()

    add_fieldsets = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": ("email", "usable_password", "password1", "password2"),
            },
        ),
    )

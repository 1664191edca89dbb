"""Users in Django's admin."""

from collections.abc import Iterable
from copy import copy
from re import fullmatch
from typing import Any, Final

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from users_uc import admin_labels, api_key_admin, attribute_admin, emails  # noqa: F401
from users_uc.admin_forms import ChangeForm, PasswordForm, bound_to
from users_uc.models import User
from users_uc.search import is_too_short, search

_HISTORY: Final = ("date_joined", "last_login", "import_id", "deactivated_by_user")

# The code creates the only group and gives it its permission.
admin.site.unregister(Group)


@admin.register(User)
class UserAdmin(DjangoUserAdmin[User]):
    """Users, identified by e-mail address instead of a user name."""

    form = ChangeForm
    change_password_form = PasswordForm
    change_user_password_template = "admin/users_uc/user/change_password.html"  # noqa: S105  (no password)
    ordering = ("-id",)
    list_display = ("email", "name", "is_active", "is_staff", "date_joined")
    list_filter = ("is_staff", "is_superuser", "is_active")
    search_fields = ("email__startswith",)
    show_full_result_count = False
    readonly_fields = (
        "attributes",
        "date_joined",
        "last_login",
        "import_id",
        "import_line",
        "last_import_id",
        "deactivated_by_user",
    )
    fieldsets = (
        (None, {"fields": ("email", "password")}),
        (_("Personal info"), {"fields": ("name", "phone", "external_id", "attributes")}),
        (
            _("Rights"),
            {"fields": ("is_active", "must_change_password", "is_staff", "is_superuser", "groups")},
        ),
        (_("History"), {"fields": _HISTORY}),
        (_("Confirmation"), {"fields": ("current_password",)}),
    )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[User], search_term: str
    ) -> tuple[QuerySet[User], bool]:
        """Search in all texts if there is an index of them, or else for the e-mail address."""
        text = search_term.strip()
        if len(text) > emails.MAX_LENGTH:
            return queryset.none(), False
        if settings.USER_SEARCH_INDEX and text and not is_too_short(text):
            return search(queryset, text), False
        return super().get_search_results(request, queryset, search_term)

    def get_form(  # type: ignore[override]  # like Django's own UserAdmin
        self, request: HttpRequest, obj: User | None = None, **kwargs: Any
    ) -> Any:
        """Return the class of the form, which knows the request."""
        form = super().get_form(request, obj, **kwargs)
        return bound_to(form, request) if issubclass(form, ChangeForm) else form

    def user_change_password(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer with a copy of this object, because its form needs the request."""
        bound = copy(self)
        bound.change_password_form = bound_to(PasswordForm, request)
        return super(UserAdmin, bound).user_change_password(request, *args, **kwargs)

    def lock_first(self, request: HttpRequest, object_id: str | None) -> list[int]:
        """Return the users whom the request may change. They are locked with the caller."""
        if object_id is not None:
            ids: Iterable[Any] = [unquote(object_id)]
        elif request.POST.get("select_across") == "1":
            ids = self._listed(request)
        else:
            ids = request.POST.getlist(ACTION_CHECKBOX_NAME)
        return [int(number) for number in map(str, ids) if fullmatch("[0-9]{1,18}", number)]

    def _listed(self, request: HttpRequest) -> Iterable[int]:
        """Return the users of all pages of the list. The view redirects invalid parameters."""
        try:
            changelist = self.get_changelist_instance(request)
        except IncorrectLookupParameters:
            return ()
        return changelist.get_queryset(request).values_list("pk", flat=True)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Delete the users one by one, because `User.delete` locks each row."""
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

"""The pages about users."""

from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from rest_framework.request import Request

from console.page import Page, UsesConsole
from console.user_form import FormField, fill, form_fields, note_conflicts, sent_changes
from tasks.models import ImportJob
from tasks.views.jobs import visible_jobs
from users_uc.attribute_queries import existing_attributes
from users_uc.auth import caller
from users_uc.filters import filter_users, search_text
from users_uc.mail.invitations import attach_invitations
from users_uc.models import Attribute, User
from users_uc.pagination import UserPages
from users_uc.permissions import IsStaff, editable_fields
from users_uc.search import bounded_search
from users_uc.serializers.users import UserSerializer
from users_uc.user_queries import find_user, users_with_rights

_MAILS = 20


class _Pages(UserPages):
    page_size = 25


def _visible_jobs(actor: User, *job_ids: UUID | None) -> Mapping[UUID | None, ImportJob]:
    """Return those of the imports that the caller may see."""
    wanted = [job_id for job_id in job_ids if job_id is not None]
    jobs = visible_jobs(actor).filter(id__in=wanted) if wanted else []
    return {job.id: job for job in jobs}


class _UsersPage(Page):
    permission_classes = [UsesConsole, IsStaff]
    section = "users"


class UsersView(_UsersPage):
    """The list of users, with a search and filters."""

    def get(self, request: Request) -> HttpResponse:
        params = request.query_params
        text = search_text(params)
        pages = _Pages()
        with bounded_search() if text else nullcontext():
            found = filter_users(users_with_rights(), params)
            users = pages.paginate_queryset(found, request, self) or []
        if "import" in params:
            attach_invitations(users)
        links = {"next": pages.get_next_link(), "previous": pages.get_previous_link()}
        queries = {name: urlsplit(url).query for name, url in links.items() if url}
        return self._list(users=users, pages=queries)

    def refused(self, error: dict[str, Any], status: int) -> HttpResponse:
        """Show the filters again if one of them has an error.

        A search that htmx sends while the user types is no failed request.
        """
        if status != 400:
            return super().refused(error, status)
        return self._list(error=error, status=200 if self.htmx else status)

    def _list(self, **context: Any) -> HttpResponse:
        params = self.request.query_params
        return self.page(
            "users.html",
            filters=params,
            search="q" if settings.USER_SEARCH_INDEX else "search",
            by_import=self._import(params.get("import", "")),
            **context,
        )

    def _import(self, job_id: str) -> ImportJob | None:
        try:
            jobs = _visible_jobs(caller(self.request), UUID(job_id))
        except ValueError:
            return None
        return next(iter(jobs.values()), None)


class UserView(_UsersPage):
    """A user, and the form with those fields that the caller may change."""

    def get(self, request: Request, pk: str) -> HttpResponse:
        user = self._user()
        return self._show(user, self._fields(user))

    def post(self, request: Request, pk: str) -> HttpResponse:
        user = self._user()
        fields = self._fields(user)
        if note_conflicts(fields, self.form):
            return self._show(user, fields, problems=fill(fields, self.form, {}), status=409)
        changes = sent_changes(self.form, self._attributes)
        body = UserSerializer(user, data=changes, partial=True, context={"request": request})
        body.is_valid(raise_exception=True)
        body.save()
        self.note(_("The user is saved."))
        return self.lead_to(reverse("console-user", args=[user.pk]))

    def refused(self, error: dict[str, Any], status: int) -> HttpResponse:
        """Show the form again, with the errors beside the fields."""
        if "fields" not in error:
            return super().refused(error, status)
        user = self._user()
        fields = self._fields(user)
        problems = fill(fields, self.form, error["fields"])
        return self._show(user, fields, problems=problems, status=status)

    def _fields(self, user: User) -> list[FormField]:
        editable = editable_fields(caller(self.request), user)
        return form_fields(user, self._attributes, editable)

    def _user(self) -> User:
        user = find_user(int(self.kwargs["pk"]))
        if user is None:
            raise Http404
        return user

    @cached_property
    def _attributes(self) -> list[Attribute]:
        return list(existing_attributes())

    def _show(self, account: User, fields: list[FormField], **context: Any) -> HttpResponse:
        jobs = _visible_jobs(caller(self.request), account.import_id, account.last_import_id)
        language = get_language() or ""
        values = [
            (one.label(language), account.attributes[one.name])
            for one in self._attributes
            if one.name in account.attributes
        ]
        mails = account.mails.order_by("-created_at")[:_MAILS]
        return self.page(
            "user.html",
            account=account,
            fields=fields,
            values=values,
            mails=mails,
            created_by=jobs.get(account.import_id),
            changed_by=jobs.get(account.last_import_id),
            **context,
        )

"""The base class of the pages."""

from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import Any, ClassVar, Final, cast
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails
from rest_framework import exceptions
from rest_framework.parsers import FormParser
from rest_framework.permissions import AllowAny, BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from console.sessions import ConsoleSession, may_use_console
from core.http.errors import api_exception_handler, failure_page
from tasks.intake.admission import IMPORT_PERMISSION
from users_uc.auth import caller
from users_uc.models import User
from users_uc.permissions import sees_all
from users_uc.tokens.password_change import PasswordChangeRequired

_EXPECTED: Final = (
    exceptions.APIException, Http404, OperationalError, InterfaceError, OSError,
)  # fmt: skip
_NO_SESSION: Final = (exceptions.NotAuthenticated, exceptions.AuthenticationFailed)


class UsesConsole(BasePermission):
    """The permission to see a page."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return bool(request.user.is_authenticated and may_use_console(caller(request)))


class Page(APIView):
    """A page, or a part of one for htmx.

    It is a view of DRF, so the functions behind the API's views take its request as it is.
    `section` is the entry of the navigation that the page belongs to.
    """

    authentication_classes: list[Any] = [ConsoleSession]
    permission_classes: list[Any] = [UsesConsole]
    parser_classes: list[Any] = [FormParser]
    schema = None
    section: ClassVar[str] = ""
    actor: User | None = None
    """The user of the session."""

    def perform_authentication(self, request: Request) -> None:
        """Find the user of the session."""
        super().perform_authentication(request)
        self.actor = caller(request) if request.user.is_authenticated else None

    def page(self, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
        """Return the rendered template, with the values that every page needs."""
        user = self.actor
        context |= {"section": self.section, "site_name": settings.SITE_NAME, "user": user}
        if user is not None:
            context["may_import"] = user.has_perm(IMPORT_PERMISSION)
            context["sees_users"] = sees_all(user)
        path = f"console/{template}"
        response = render(self.request._request, path, context, status=status)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    def refused(self, error: dict[str, Any], status: int) -> HttpResponse:
        """Return the page with an error, `{code, message, fields?}`."""
        return self.page("_error.html" if self.htmx else "error.html", status=status, error=error)

    def handle_exception(self, exc: Exception) -> HttpResponse:  # type: ignore[override]
        """Lead a caller without a session to the login, and show any other expected error."""
        if isinstance(exc, PasswordChangeRequired):
            return self.lead_to(reverse("console-password"))
        if isinstance(exc, _NO_SESSION) and self.authentication_classes:
            return self._login()
        if not self._is_form():
            return self._answer(exc, partial(Page.refused, self))
        try:
            return self._answer(exc, self.refused)
        except _EXPECTED as further:  # what the form shows is gone, or its storage is away
            return self._answer(further, partial(Page.refused, self))

    def _answer(
        self, exc: Exception, refused: Callable[[dict[str, Any], int], HttpResponse]
    ) -> HttpResponse:
        answer = api_exception_handler(exc, self.get_exception_handler_context())
        if answer is None:
            raise exc
        error, status = answer.data["error"], answer.status_code
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            response = failure_page(error["message"], status=status)
        else:
            response = refused(error, status)
        if "Retry-After" in answer.headers:
            response.headers["Retry-After"] = answer.headers["Retry-After"]
        return response

    def note(self, message: str) -> None:
        """Show the message once, on the next page."""
        messages.success(self.request._request, message)

    @property
    def form(self) -> QueryDict:
        """The fields of the form."""
        data = self.request.data  # a dict if the request has no body
        return data if isinstance(data, QueryDict) else QueryDict()

    def _is_form(self) -> bool:
        """Return whether the body can be shown again: it is a form, or there is none."""
        try:
            return self.form is not None
        except exceptions.UnsupportedMediaType:
            return False

    @property
    def htmx(self) -> HtmxDetails:
        """Whether htmx sent the request, and from where."""
        return cast("HtmxDetails", self.request._request.htmx)  # type: ignore[attr-defined]

    def lead_to(self, url: str) -> HttpResponse:
        """Lead the browser to another page, also if htmx sent the request."""
        if self.htmx:
            return HttpResponseClientRedirect(url)
        return HttpResponse(status=303, headers={"Location": url})

    def _login(self) -> HttpResponse:
        """Lead to the login, and afterwards back to this page.

        A browser does not send the session's cookie with a request that another site has caused,
        such as a link in a mail. It sends the cookie when a page of this service asks again.
        """
        request = self.request
        if request.method == "GET" and request.headers.get("Sec-Fetch-Site") == "cross-site":
            return self.page("again.html", path=request.get_full_path())
        way_back = self._way_back()
        query = f"?{urlencode({'next': way_back})}" if way_back else ""
        return self.lead_to(reverse("console-login") + query)

    def _way_back(self) -> str:
        """Return the URL of the page that the browser shows, or `""`. The login checks it."""
        if self.htmx:
            return self.htmx.current_url_abs_path or ""
        if self.request.method == "GET":
            return self.request.get_full_path()
        return self.request.headers.get("Referer", "")


class NoPage(Page):
    """The answer at a URL of the console that does not exist."""

    permission_classes = [AllowAny]

    def get(self, request: Request, **kwargs: str) -> HttpResponse:
        return self.refused({"message": _("There is no page at this address.")}, status=404)

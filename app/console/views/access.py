"""Login, logout, and the way to the first page."""

from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.permissions import AllowAny
from rest_framework.request import Request

from console import sessions
from console.page import Page
from console.sessions import ConsoleSession
from core.http.throttled_view import ThrottledInTurn
from core.http.throttling import LoginThrottle
from tasks.intake.admission import IMPORT_PERMISSION
from users_uc.auth import caller, locked_caller
from users_uc.credentials import check_credentials
from users_uc.serializers.me import PasswordChangeSerializer
from users_uc.throttling import AccountLoginThrottle, OwnPasswordThrottle


class HomeView(Page):
    """Lead to the first page that the user may see."""

    def get(self, request: Request) -> HttpResponse:
        may_import = caller(request).has_perm(IMPORT_PERMISSION)
        return redirect("console-import" if may_import else "console-users")


class LoginView(ThrottledInTurn, Page):
    """The login, with the rate limits of the API's login."""

    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]
    template = "login.html"

    def get_throttles(self) -> list[Any]:
        """Throttle the logins, and not the page."""
        is_login = self.request.method == "POST"
        return [LoginThrottle(), AccountLoginThrottle()] if is_login else []

    def get(self, request: Request) -> HttpResponse:
        return self.page(self.template, next=request.query_params.get("next", ""))

    def post(self, request: Request) -> HttpResponse:
        ConsoleSession().enforce_csrf(request)
        user = check_credentials(request)
        if not sessions.may_use_console(user):
            message = _("Your account cannot use the console. Ask an administrator for can_import.")
            raise exceptions.PermissionDenied(message)
        sessions.begin(request, user)
        return redirect(self._inside())

    def _inside(self) -> str:
        """Return the page that the user wanted, if it is one of this service."""
        path = self.form.get("next", "")
        hosts = {self.request.get_host()}
        is_here = url_has_allowed_host_and_scheme(path, hosts, settings.HTTPS_ONLY)
        return path if is_here else "console"

    def refused(self, error: dict[str, Any], status: int) -> HttpResponse:
        """Show the form again, with the e-mail address and the error."""
        if status in (405, 415):  # the body is no form
            return super().refused(error, status)
        form = {name: self.form.get(name, "") for name in ("email", "next")}
        status = 400 if status == 401 else status  # a 401 needs a challenge
        return self.page(self.template, status=status, error=error, **form)


class PasswordView(Page):
    """The choice of another password, which some users must make before anything else."""

    changes_password = True
    template = "password.html"

    def get_throttles(self) -> list[Any]:
        return [OwnPasswordThrottle()] if self.request.method == "POST" else []

    def get(self, request: Request) -> HttpResponse:
        return self.page(self.template)

    def post(self, request: Request) -> HttpResponse:
        body = PasswordChangeSerializer(data=request.data, context={"request": request})
        body.is_valid(raise_exception=True)
        with locked_caller(request) as user:
            user.change_password(body.validated_data["new_password"])
        sessions.begin(request, user)  # the new password has ended all sessions
        self.note(_("Your password is changed."))
        return redirect("console")

    def refused(self, error: dict[str, Any], status: int) -> HttpResponse:
        return self.page(self.template, status=status, error=error)


class LogoutView(Page):
    def post(self, request: Request) -> HttpResponse:
        logout(request._request)
        return redirect("console-login")

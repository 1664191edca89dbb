"""Views of registration, login and logout."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import generics, status
from rest_framework.permissions import AllowAny, BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.http.openapi import errors
from core.http.throttled_view import ThrottledInTurn
from core.http.throttling import LoginThrottle, RegisterThrottle
from users_uc.auth import TokenAuthentication, caller
from users_uc.credentials import check_credentials
from users_uc.models import User
from users_uc.serializers.access import (
    LoginSerializer,
    QuietRegisterSerializer,
    RefreshSerializer,
    RegisterSerializer,
    TokenPairSerializer,
)
from users_uc.throttling import AccountLoginThrottle, AccountRegisterThrottle
from users_uc.tokens.client import fingerprint
from users_uc.tokens.families import (
    issue_pair,
    issue_password_change,
    renew_pair,
    revoke_family,
)
from users_uc.tokens.password_change import PasswordChangeRequired


class RegistrationOpen(BasePermission):
    """Permission to register, which the setting REGISTRATION_OPEN gives."""

    message = _("Registration is closed. Ask an administrator for an account.")
    code = "registration_closed"

    def has_permission(self, request: Request, view: APIView) -> bool:
        return bool(settings.REGISTRATION_OPEN)


@extend_schema_view(post=extend_schema(tags=["auth"]))
class RegisterView(ThrottledInTurn, generics.CreateAPIView[User]):
    """Register a user.

    If users must confirm their e-mail address before they log in, the answer does not reveal
    whether the e-mail address already has an account.
    """

    operation_ids = {"post": "register"}
    authentication_classes = []
    permission_classes = [RegistrationOpen]
    throttle_classes = [RegisterThrottle, AccountRegisterThrottle]

    def get_serializer_class(self) -> type[RegisterSerializer]:
        """Return the quiet serializer if a login needs a confirmed e-mail address.

        Otherwise a login at once reveals whether the e-mail address was free.
        """
        quiet = settings.REQUIRE_VERIFIED_EMAIL
        return QuietRegisterSerializer if quiet else RegisterSerializer


class _TokenView(APIView):
    """A view without authentication whose failures are a 401."""

    authentication_classes = []
    permission_classes = [AllowAny]

    def get_authenticate_header(self, request: Request) -> str:
        """Return the challenge without which DRF would answer 403."""
        return TokenAuthentication().authenticate_header(request)


class LoginView(ThrottledInTurn, _TokenView):
    operation_ids = {"post": "logIn"}
    throttle_classes = [LoginThrottle, AccountLoginThrottle]

    @extend_schema(
        request=LoginSerializer,
        responses={
            200: TokenPairSerializer,
            **errors({403: "`password_change_required`: the user must choose another password."}),
        },
    )
    def post(self, request: Request) -> Response:
        """Log in with an e-mail address and a password, and return a new pair of tokens.

        A 401 does not tell why the login failed. If the user must choose another password, the
        answer is a 403 with an access token that allows only `users/me/password/`.
        """
        user = check_credentials(request)
        if user.must_change_password:
            raise PasswordChangeRequired(issue_password_change(user))
        return Response(issue_pair(user))


class RefreshView(_TokenView):
    operation_ids = {"post": "refreshTokens"}

    @extend_schema(request=RefreshSerializer, responses=TokenPairSerializer)
    def post(self, request: Request) -> Response:
        """Exchange a refresh token for a new pair of tokens. Each refresh token works once."""
        body = RefreshSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        return Response(renew_pair(body.validated_data["refresh"], fingerprint(request)))


class LogoutView(APIView):
    operation_ids = {"post": "logOut"}

    @extend_schema(request=RefreshSerializer, responses={204: None})
    def post(self, request: Request) -> Response:
        """Log out. The refresh tokens of this login are revoked."""
        body = RefreshSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        revoke_family(body.validated_data["refresh"], caller(request))
        return Response(status=status.HTTP_204_NO_CONTENT)

"""The endpoints of accounts."""

from typing import Any

from django.conf import settings
from django.contrib.auth import authenticate
from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import generics, status, viewsets
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.permissions import AllowAny, BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.compiled_rows import CompiledRows
from core.throttling import LoginThrottle, RegisterThrottle
from users_uc import auth
from users_uc.filters import USER_LIST_PARAMETERS, filter_users
from users_uc.models import User
from users_uc.pagination import UserPages
from users_uc.permissions import IsStaff, may_delete, sees_all
from users_uc.serializers import (
    LoginSerializer,
    PasswordChangeSerializer,
    RefreshSerializer,
    RegisterSerializer,
    TokenPairSerializer,
    UserSerializer,
)
from users_uc.shown import find_user, shown_users
from users_uc.throttling import AccountLoginThrottle, AccountRegisterThrottle


def visible_users(actor: User) -> QuerySet[User]:
    """Whom the caller may see: staff everybody, others themselves."""
    return shown_users() if sees_all(actor) else shown_users().filter(pk=actor.pk)


_rows = CompiledRows(shown_users, UserSerializer.shown_names)


def visible_user(actor: User, user_id: int) -> User | None:
    """One of them; oneself is known already."""
    if user_id == actor.pk:
        return actor
    return find_user(user_id) if sees_all(actor) else None


class RegistrationOpen(BasePermission):
    """REGISTRATION_OPEN."""

    message = "Registration is closed; ask an administrator for an account."
    code = "registration_closed"

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Whether anybody may sign up."""
        return bool(settings.REGISTRATION_OPEN)


class RegisterView(generics.CreateAPIView[User]):
    """Sign up."""

    serializer_class = RegisterSerializer
    authentication_classes = []
    permission_classes = [RegistrationOpen]
    throttle_classes = [RegisterThrottle, AccountRegisterThrottle]


class _TokenView(APIView):
    """Gives tokens: nothing authenticates here, yet what is refused is a 401."""

    authentication_classes = []
    permission_classes = [AllowAny]

    def get_authenticate_header(self, request: Request) -> str:
        """Without this challenge DRF would answer 403."""
        return auth.TokenAuthentication().authenticate_header(request)


class LoginView(_TokenView):
    """Log in with e-mail and password."""

    throttle_classes = [LoginThrottle, AccountLoginThrottle]

    @extend_schema(request=LoginSerializer, responses=TokenPairSerializer)
    def post(self, request: Request) -> Response:
        """A new pair of tokens; 401 for any pair that is not right."""
        credentials = LoginSerializer(data=request.data)
        credentials.is_valid(raise_exception=True)
        user = authenticate(
            request,
            username=credentials.validated_data["email"],
            password=credentials.validated_data["password"],
        )
        if not isinstance(user, User):
            raise AuthenticationFailed(auth.NO_SUCH_ACCOUNT)
        return Response(auth.issue_pair(user))


class RefreshView(_TokenView):
    """Renew tokens."""

    @extend_schema(request=RefreshSerializer, responses=TokenPairSerializer)
    def post(self, request: Request) -> Response:
        """A new pair; the refresh token is spent."""
        body = RefreshSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        return Response(auth.renew_pair(body.validated_data["refresh"]))


class LogoutView(APIView):
    """End this login."""

    @extend_schema(request=RefreshSerializer, responses={204: None})
    def post(self, request: Request) -> Response:
        """No token of this login can be renewed any more."""
        body = RefreshSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        auth.end_family(body.validated_data["refresh"], auth.caller(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class MeView(generics.RetrieveUpdateAPIView[User]):
    """Oneself."""

    serializer_class = UserSerializer
    http_method_names = ["get", "patch", "head", "options"]

    def get_object(self) -> User:
        """The caller."""
        return auth.caller(self.request)


class MyPasswordView(APIView):
    """One's own password."""

    @extend_schema(request=PasswordChangeSerializer, responses={204: None})
    def post(self, request: Request) -> Response:
        """Change it; every older token ends."""
        body = PasswordChangeSerializer(data=request.data, context={"request": request})
        body.is_valid(raise_exception=True)
        auth.caller(request).change_password(body.validated_data["new_password"])
        return Response(status=status.HTTP_204_NO_CONTENT)


class UserViewSet(viewsets.ModelViewSet[User]):
    """Users for staff; one's own for everybody."""

    serializer_class = UserSerializer
    pagination_class = UserPages
    lookup_value_regex = r"\d{1,18}"

    def get_permissions(self) -> list[Any]:
        """Lists and new users are staff's; the rest is decided by what one sees."""
        staff_only = self.action in {"list", "create"}
        return [IsAuthenticated(), IsStaff()] if staff_only else [IsAuthenticated()]

    def get_queryset(self) -> QuerySet[User, Any]:
        """Whom the caller may see; in a list, which is staff's, whom it asks for, as values."""
        if self.action == "list":
            return filter_users(_rows.all(), self.request.query_params)
        return visible_users(auth.caller(self.request))

    def get_object(self) -> User:
        """The one in the address; 404 for whom the caller may not see."""
        user = visible_user(auth.caller(self.request), int(self.kwargs["pk"]))
        if user is None:
            raise Http404
        return user

    @extend_schema(parameters=USER_LIST_PARAMETERS)
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """A page of users."""
        return super().list(request, *args, **kwargs)

    def perform_destroy(self, instance: User) -> None:
        """Delete whom the caller may delete."""
        if not may_delete(auth.caller(self.request), instance):
            raise PermissionDenied
        instance.delete()

"""Views of the caller's own account."""

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import generics, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from users_uc.api_keys.authentication import USERS
from users_uc.auth import caller, locked_caller
from users_uc.etags import (
    CHANGED,
    IF_MATCH,
    IF_NONE_MATCH,
    UNCHANGED,
    UserETags,
    check_if_match,
)
from users_uc.models import User
from users_uc.serializers.export import OwnDataSerializer
from users_uc.serializers.me import OwnPasswordSerializer, PasswordChangeSerializer
from users_uc.serializers.users import UserSerializer, user_document
from users_uc.throttling import OwnPasswordThrottle
from users_uc.views.recheck import RecheckAfterBody


@extend_schema_view(
    get=extend_schema(
        description="Return the caller's own user.",
        parameters=IF_NONE_MATCH,
        responses={200: UserSerializer, **UNCHANGED},
    ),
    patch=extend_schema(
        description="Change fields of the caller's own user.",
        parameters=IF_MATCH,
        responses={200: UserSerializer, **CHANGED},
    ),
)
class MeView(UserETags, RecheckAfterBody, generics.RetrieveUpdateAPIView[User]):
    """The caller's own user."""

    operation_ids = {"get": "getMe", "patch": "updateMe", "delete": "deleteMe"}
    key_scopes = USERS
    serializer_class = UserSerializer
    without_fields = frozenset()
    http_method_names = ["get", "patch", "delete", "head", "options"]

    def get_throttles(self) -> list[BaseThrottle]:
        """Throttle the requests that check the password."""
        is_deletion = self.request.method == "DELETE"
        return [OwnPasswordThrottle()] if is_deletion else super().get_throttles()

    def get_object(self) -> User:
        return caller(self.request)

    @extend_schema(
        request=OwnPasswordSerializer,
        parameters=IF_MATCH[:1],
        responses={204: None, **CHANGED},
    )
    def delete(self, request: Request) -> Response:
        """Delete the caller's account.

        The users that its imports created stay. The imports stay too, without an owner.
        """
        body = OwnPasswordSerializer(data=request.data, context={"request": request})
        body.is_valid(raise_exception=True)
        with locked_caller(request) as user:
            check_if_match(request, lambda: user_document(user.pk))
            user.delete()
        return Response(status=status.HTTP_204_NO_CONTENT)


class MyExportView(generics.RetrieveAPIView[User]):
    """Return the data that the service stores about the caller."""

    operation_ids = {"get": "exportMe"}
    serializer_class = OwnDataSerializer

    def get_object(self) -> User:
        return caller(self.request)


class MyDeactivationView(APIView):
    operation_ids = {"post": "deactivateMe"}
    throttle_classes = [OwnPasswordThrottle]

    @extend_schema(request=OwnPasswordSerializer, responses={204: None})
    def post(self, request: Request) -> Response:
        """Deactivate the caller's account and revoke its tokens.

        Only a superuser can activate the account again.
        """
        body = OwnPasswordSerializer(data=request.data, context={"request": request})
        body.is_valid(raise_exception=True)
        with locked_caller(request) as user:
            user.deactivate()
        return Response(status=status.HTTP_204_NO_CONTENT)


class MyPasswordView(APIView):
    operation_ids = {"post": "changeMyPassword"}
    changes_password = True
    throttle_classes = [OwnPasswordThrottle]

    @extend_schema(request=PasswordChangeSerializer, responses={204: None})
    def post(self, request: Request) -> Response:
        """Change the caller's password. All earlier tokens are revoked.

        A caller who must choose another password cannot keep the present one.
        """
        body = PasswordChangeSerializer(data=request.data, context={"request": request})
        body.is_valid(raise_exception=True)
        with locked_caller(request) as user:
            user.change_password(body.validated_data["new_password"])
        return Response(status=status.HTTP_204_NO_CONTENT)


@extend_schema_view(post=extend_schema(deprecated=True))
class SetPasswordView(MyPasswordView):
    """The change of the password at the URL that djoser has for it."""

    operation_ids = {"post": "setPassword"}

"""What everybody may do with their own account."""

from drf_spectacular.utils import extend_schema
from rest_framework import generics, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from users_uc.auth import caller, locked_caller
from users_uc.models import User
from users_uc.serializers.export import OwnDataSerializer
from users_uc.serializers.me import OwnPasswordSerializer, PasswordChangeSerializer
from users_uc.serializers.users import UserSerializer
from users_uc.throttling import OwnPasswordThrottle
from users_uc.views.body_first import BodyFirst


class MeView(BodyFirst, generics.RetrieveUpdateAPIView[User]):
    """Oneself."""

    serializer_class = UserSerializer
    http_method_names = ["get", "patch", "delete", "head", "options"]

    def get_throttles(self) -> list[BaseThrottle]:
        """Where the password is asked for."""
        return [OwnPasswordThrottle()] if self.request.method == "DELETE" else []

    def get_object(self) -> User:
        """The caller."""
        return caller(self.request)

    @extend_schema(request=OwnPasswordSerializer, responses={204: None})
    def delete(self, request: Request) -> Response:
        """Erase the account. What its owner imported stays, and is nobody's."""
        body = OwnPasswordSerializer(data=request.data, context={"request": request})
        body.is_valid(raise_exception=True)
        with locked_caller(request) as user:
            user.delete()
        return Response(status=status.HTTP_204_NO_CONTENT)


class MyExportView(generics.RetrieveAPIView[User]):
    """What is known about oneself."""

    serializer_class = OwnDataSerializer

    def get_object(self) -> User:
        """The caller."""
        return caller(self.request)


class MyDeactivationView(APIView):
    """Leaving, without being erased."""

    throttle_classes = [OwnPasswordThrottle]

    @extend_schema(request=OwnPasswordSerializer, responses={204: None})
    def post(self, request: Request) -> Response:
        """No token counts any more, and only staff can activate the account again."""
        body = OwnPasswordSerializer(data=request.data, context={"request": request})
        body.is_valid(raise_exception=True)
        with locked_caller(request) as user:
            user.deactivate()
        return Response(status=status.HTTP_204_NO_CONTENT)


class MyPasswordView(APIView):
    """One's own password."""

    throttle_classes = [OwnPasswordThrottle]

    @extend_schema(request=PasswordChangeSerializer, responses={204: None})
    def post(self, request: Request) -> Response:
        """Change it; every older token ends."""
        body = PasswordChangeSerializer(data=request.data, context={"request": request})
        body.is_valid(raise_exception=True)
        with locked_caller(request) as user:
            user.change_password(body.validated_data["new_password"])
        return Response(status=status.HTTP_204_NO_CONTENT)

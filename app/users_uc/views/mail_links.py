"""What a mail is needed for: passwords that are forgotten, addresses to be confirmed."""

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.permissions import AllowAny, BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.http.throttling import ResetThrottle, ThrottledInTurn
from core.mails import mail_is_configured
from users_uc.auth import locked_caller
from users_uc.mail import outbox
from users_uc.mail.links import Purpose
from users_uc.models import Mail
from users_uc.serializers.links import (
    AddressSerializer,
    LinkSerializer,
    NewEmailSerializer,
    NewPasswordSerializer,
)
from users_uc.serializers.user_fields import unique_email
from users_uc.throttling import AccountResetThrottle, OwnPasswordThrottle


class MailIsSetUp(BasePermission):
    """EMAIL_HOST or another way for mails to leave."""

    message = _("This service sends no mails; ask an administrator.")
    code = "mail_not_set_up"

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Whether there is one."""
        return mail_is_configured()


class _AskingView(ThrottledInTurn, APIView):
    """Answers the same whoever has the address: the account is looked up when the mail is sent."""

    authentication_classes = []
    permission_classes = [MailIsSetUp]
    throttle_classes = [ResetThrottle, AccountResetThrottle]
    kind: Mail.Kind

    @extend_schema(request=AddressSerializer, responses={204: None})
    def post(self, request: Request) -> Response:
        """Send a link to the address, if it is an account's."""
        body = AddressSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        outbox.add(self.kind, address=body.validated_data["email"])
        return Response(status=status.HTTP_204_NO_CONTENT)


class PasswordResetView(_AskingView):
    """For who has forgotten their password, or never had one."""

    kind = Mail.Kind.PASSWORD_RESET


class ResendActivationView(_AskingView):
    """For whom the first link did not reach in time."""

    kind = Mail.Kind.ACTIVATION


class _LinkView(APIView):
    """The link is what lets in."""

    authentication_classes = []
    permission_classes = [AllowAny]


class PasswordResetConfirmView(_LinkView):
    """Choose a password, with the link of a reset or an invitation."""

    @extend_schema(request=NewPasswordSerializer, responses={204: None})
    def post(self, request: Request) -> Response:
        """Set it; every older token and link ends."""
        NewPasswordSerializer(data=request.data).set_password()
        return Response(status=status.HTTP_204_NO_CONTENT)


class ActivationView(_LinkView):
    """Confirm the address that an account was made with."""

    @extend_schema(request=LinkSerializer, responses={204: None})
    def post(self, request: Request) -> Response:
        """It is verified from now on."""
        with LinkSerializer(data=request.data).opened(Purpose.ACTIVATION) as link:
            link.user.verified_email = link.user.email
            link.user.save(update_fields=["verified_email"])
        return Response(status=status.HTTP_204_NO_CONTENT)


class SetEmailView(APIView):
    """Another address for one's own account."""

    permission_classes = [IsAuthenticated, MailIsSetUp]
    throttle_classes = [OwnPasswordThrottle]

    @extend_schema(request=NewEmailSerializer, responses={204: None})
    def post(self, request: Request) -> Response:
        """Send a link to the new one, unless it is another account's, which is not told."""
        body = NewEmailSerializer(data=request.data, context={"request": request})
        body.is_valid(raise_exception=True)
        new_email = body.validated_data["new_email"]
        with locked_caller(request) as user:
            outbox.add(Mail.Kind.EMAIL_CHANGE, user=user, address=new_email)
        return Response(status=status.HTTP_204_NO_CONTENT)


class SetEmailConfirmView(_LinkView):
    """Confirm another address."""

    @extend_schema(request=LinkSerializer, responses={204: None})
    def post(self, request: Request) -> Response:
        """It is the account's from now on, and the old one is told."""
        with LinkSerializer(data=request.data).opened(Purpose.EMAIL_CHANGE) as link:
            user, old = link.user, link.user.email
            user.email = user.verified_email = link.new_email
            with unique_email():
                user.save(update_fields=["email", "verified_email"])
            outbox.add(Mail.Kind.EMAIL_CHANGED, user=user, address=old)
        return Response(status=status.HTTP_204_NO_CONTENT)

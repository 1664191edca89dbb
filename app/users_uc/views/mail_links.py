"""Views that send mails with links, and views that the links use."""

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.permissions import AllowAny, BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.http.throttled_view import ThrottledInTurn
from core.http.throttling import ResetThrottle
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
from users_uc.serializers.user_fields import unique_user
from users_uc.throttling import AccountResetThrottle, OwnMailThrottle, OwnPasswordThrottle


class MailIsConfigured(BasePermission):
    """Permission that requires a configured mail server."""

    message = _("This service does not send mails. Ask an administrator.")
    code = "mail_not_set_up"

    def has_permission(self, request: Request, view: APIView) -> bool:
        return mail_is_configured()


class _SendLinkView(ThrottledInTurn, APIView):
    """A view whose answer does not reveal an account, which is looked up when the mail is sent."""

    authentication_classes = []
    permission_classes = [MailIsConfigured]
    throttle_classes = [ResetThrottle, AccountResetThrottle]
    kind: Mail.Kind

    @extend_schema(request=AddressSerializer, responses={204: None})
    def post(self, request: Request) -> Response:
        body = AddressSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        outbox.add(self.kind, address=body.validated_data["email"])
        return Response(status=status.HTTP_204_NO_CONTENT)


class PasswordResetView(_SendLinkView):
    """Send a link to choose a new password, if the e-mail address has an account."""

    operation_ids = {"post": "requestPasswordReset"}
    kind = Mail.Kind.PASSWORD_RESET


class ResendActivationView(_SendLinkView):
    """Send another link to confirm the e-mail address, if its account is not confirmed."""

    operation_ids = {"post": "resendActivation"}
    kind = Mail.Kind.ACTIVATION


class _LinkView(APIView):
    """A view that needs a link instead of a token."""

    authentication_classes = []
    permission_classes = [AllowAny]


class PasswordResetConfirmView(_LinkView):
    operation_ids = {"post": "resetPassword"}

    @extend_schema(request=NewPasswordSerializer, responses={204: None})
    def post(self, request: Request) -> Response:
        """Set the password with the link of a password reset or an invitation.

        All earlier tokens and links of the user are revoked.
        """
        NewPasswordSerializer(data=request.data).set_password()
        return Response(status=status.HTTP_204_NO_CONTENT)


class ActivationView(_LinkView):
    operation_ids = {"post": "activateUser"}

    @extend_schema(request=LinkSerializer, responses={204: None})
    def post(self, request: Request) -> Response:
        """Confirm the e-mail address of a new account."""
        with LinkSerializer(data=request.data).open(Purpose.ACTIVATION) as link:
            link.user.verified_email = link.user.email
            link.user.save(update_fields=["verified_email"])
        return Response(status=status.HTTP_204_NO_CONTENT)


class SetEmailView(ThrottledInTurn, APIView):
    operation_ids = {"post": "requestEmailChange"}
    permission_classes = [IsAuthenticated, MailIsConfigured]
    throttle_classes = [OwnPasswordThrottle, OwnMailThrottle]

    @extend_schema(request=NewEmailSerializer, responses={204: None})
    def post(self, request: Request) -> Response:
        """Send a link to a new e-mail address. The caller confirms the change with it.

        No mail is sent if another user has the e-mail address. The answer does not reveal that.
        """
        body = NewEmailSerializer(data=request.data, context={"request": request})
        body.is_valid(raise_exception=True)
        new_email = body.validated_data["new_email"]
        with locked_caller(request) as user:
            outbox.add(Mail.Kind.EMAIL_CHANGE, user=user, address=new_email)
        return Response(status=status.HTTP_204_NO_CONTENT)


class SetEmailConfirmView(_LinkView):
    operation_ids = {"post": "changeEmail"}

    @extend_schema(request=LinkSerializer, responses={204: None})
    def post(self, request: Request) -> Response:
        """Change the e-mail address, and send a notice to the old one."""
        with LinkSerializer(data=request.data).open(Purpose.EMAIL_CHANGE) as link:
            user, old = link.user, link.user.email
            user.email = user.verified_email = link.new_email
            with unique_user():
                user.save(update_fields=["email", "verified_email"])
            outbox.add(Mail.Kind.EMAIL_CHANGED, user=user, address=old)
        return Response(status=status.HTTP_204_NO_CONTENT)

"""The check of an e-mail address and a password."""

from django.contrib.auth import authenticate
from rest_framework.request import Request

from users_uc.models import User
from users_uc.serializers.access import LoginSerializer
from users_uc.tokens.families import no_such_account
from users_uc.tokens.holder import may_log_in


def check_credentials(request: Request) -> User:
    """Return the user of the credentials in the request's body.

    Raises `ValidationError` if they are not complete, `AuthenticationFailed` if they are wrong.
    """
    credentials = LoginSerializer(data=request.data)
    credentials.is_valid(raise_exception=True)
    user = authenticate(
        request,
        username=credentials.validated_data["email"],
        password=credentials.validated_data["password"],
    )
    if not isinstance(user, User) or not may_log_in(user):
        raise no_such_account()
    return user

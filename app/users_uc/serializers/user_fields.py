"""The fields of a user, and the uniqueness of the e-mail address."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy
from rest_framework import serializers
from rest_framework.validators import UniqueValidator

from core.http.serializers import NativeSerializer
from users_uc import emails
from users_uc.fields import (
    EmailField,
    UserTextField,
)
from users_uc.models import User
from users_uc.text import NAME_MAX_LENGTH, PHONE_MAX_LENGTH

_UNIQUE_MESSAGE = gettext_lazy("A user with this e-mail address already exists. Use another one.")


@contextmanager
def unique_email() -> Iterator[None]:
    """Run the body in a transaction.

    Raises `unique` if a parallel request has taken the e-mail address since the check.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if "user_email_unique" not in str(error):
            raise
        raise taken() from None


def taken() -> serializers.ValidationError:
    detail = serializers.ErrorDetail(str(_UNIQUE_MESSAGE), code="unique")
    return serializers.ValidationError({"email": [detail]})


class UserFieldsSerializer(NativeSerializer[User]):
    email = EmailField(
        max_length=emails.MAX_LENGTH,
        validators=[UniqueValidator(User.objects.all(), message=_UNIQUE_MESSAGE)],
    )
    name = UserTextField(max_length=NAME_MAX_LENGTH, required=False, allow_blank=True)
    phone = UserTextField(max_length=PHONE_MAX_LENGTH, required=False, allow_blank=True)

"""The fields of a user, and the uniqueness of the e-mail address and the external id."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy
from rest_framework import serializers
from rest_framework.validators import UniqueValidator

from core.http.known_fields import KnownFields
from core.http.serializers import NativeSerializer
from users_uc import emails
from users_uc.fields import (
    EmailField,
    UserTextField,
)
from users_uc.models import User
from users_uc.text import NAME_MAX_LENGTH, PHONE_MAX_LENGTH

_TAKEN: Final = {
    "email": gettext_lazy("A user with this e-mail address already exists. Use another one."),
    "external_id": gettext_lazy("A user with this external id already exists. Use another one."),
}
UNIQUE_FIELDS: Final = tuple(_TAKEN)


@contextmanager
def unique_user() -> Iterator[None]:
    """Run the body in a transaction.

    Raises `unique` if a parallel request has taken a unique value since the check.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        for field in UNIQUE_FIELDS:
            if f"user_{field}_unique" in str(error):
                raise taken(field) from None
        raise


def taken(field: str) -> serializers.ValidationError:
    """Return the error of a value that another user has. `field` is one of UNIQUE_FIELDS."""
    detail = serializers.ErrorDetail(str(_TAKEN[field]), code="unique")
    return serializers.ValidationError({field: [detail]})


class UserFieldsSerializer(KnownFields, NativeSerializer[User]):
    email = EmailField(
        max_length=emails.MAX_LENGTH,
        validators=[UniqueValidator(User.objects.all(), message=_TAKEN["email"])],
    )
    name = UserTextField(max_length=NAME_MAX_LENGTH, required=False, allow_blank=True)
    phone = UserTextField(max_length=PHONE_MAX_LENGTH, required=False, allow_blank=True)

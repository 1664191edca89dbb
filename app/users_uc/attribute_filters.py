"""The filter of the list of users by values of attributes."""

from collections.abc import Mapping
from typing import Final

from django.db.models import QuerySet
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.fields import BooleanField

from users_uc.attribute_messages import about, known_of
from users_uc.attribute_queries import declared_attributes, with_values
from users_uc.attributes.cells import from_cell
from users_uc.attributes.declared import NAME_MAX_LENGTH, Declared
from users_uc.attributes.values import Fault, InvalidValueError, Value
from users_uc.models import User

_PREFIX: Final = "attributes."
_WORDS: Final[Mapping[str, bool]] = {
    **{str(word).lower(): True for word in BooleanField.TRUE_VALUES},
    **{str(word).lower(): False for word in BooleanField.FALSE_VALUES},
}


def filter_attributes[Row](
    users: QuerySet[User, Row], params: Mapping[str, str]
) -> QuerySet[User, Row]:
    """Return the users with the values of all `attributes.name` among the parameters.

    An empty parameter counts as omitted, as for the other filters. Raises `ValidationError`.
    """
    sent = {
        name.removeprefix(_PREFIX): value
        for name, value in params.items()
        if name.startswith(_PREFIX)
    }
    values = _parsed(sent) if sent else {}
    return with_values(users, values) if values else users


def _parsed(sent: Mapping[str, str]) -> dict[str, Value]:
    declared = declared_attributes()
    values: dict[str, Value] = {}
    errors: dict[str, list[ErrorDetail]] = {}
    for name, text in sent.items():
        try:
            value = _value(declared, name, text)
        except InvalidValueError as error:
            message = about(error.fault, known_of(error.fault, name, declared))
            detail = ErrorDetail(message, code=error.fault.value)
            errors[_PREFIX + name[:NAME_MAX_LENGTH]] = [detail]
        else:
            if value is not None:
                values[name] = value
    if errors:
        raise ValidationError(errors)
    return values


def _value(declared: Declared, name: str, text: str) -> Value | None:
    if name not in declared:
        raise InvalidValueError(Fault.UNKNOWN)
    return from_cell(declared[name], text, _WORDS)

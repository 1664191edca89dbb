"""The filters of the list of users. Each one uses an index."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, OpenApiParameter
from rest_framework import serializers

from core.http.fields import ChoiceField, check_plus
from core.http.known_parameters import NOT_EMPTY, text_parameter
from users_uc import emails
from users_uc.attribute_filters import filter_attributes
from users_uc.attributes.declared import NAME_PATTERN
from users_uc.fields import EmailField
from users_uc.models import User
from users_uc.search import MIN_LENGTH, is_too_short, search
from users_uc.text import EXTERNAL_ID_MAX_LENGTH

ORDERINGS = ("-id", "id", "email", "-email")

USER_FILTERS = [
    OpenApiParameter(
        "search",
        text_parameter(emails.MAX_LENGTH),
        description="Only users whose e-mail address begins with this text.",
    ),
    OpenApiParameter(
        "q",
        text_parameter(emails.MAX_LENGTH),
        description="Only users with this text in the name, the e-mail address or the external id, "
        "in any case. It needs three characters, or is a whole name of another script. The "
        "operator may have turned it off.",
    ),
    OpenApiParameter(
        "email",
        text_parameter(emails.MAX_LENGTH),
        description="Only the user with this e-mail address, in any spelling that the service "
        "stores as the same one.",
    ),
    OpenApiParameter(
        "external_id",
        text_parameter(EXTERNAL_ID_MAX_LENGTH),
        description="Only the user with this external id.",
    ),
    OpenApiParameter(
        "attributes",
        {
            "type": "object",
            "propertyNames": {"pattern": f"^attributes\\.{NAME_PATTERN[1:]}"},
            "additionalProperties": {"type": "string", "pattern": NOT_EMPTY},
        },
        style="form",
        explode=True,
        examples=[
            OpenApiExample("Users of a department", value={"attributes.department": "Sales"})
        ],
        description="Only users with this value of an attribute, such as "
        "`attributes.department=Sales`. Several parameters are combined with `and`.",
    ),
    OpenApiParameter(
        "is_active",
        {"type": "boolean"},
        description="Only users who are active, or only users who are not.",
    ),
    OpenApiParameter(
        "import",
        {"type": "string", "format": "uuid"},
        description="Only users whom this import created.",
    ),
]
USER_LIST_PARAMETERS = [
    *USER_FILTERS,
    OpenApiParameter(
        "ordering",
        {"type": "string", "enum": list(ORDERINGS)},
        description="The order of the list. The default is `email` with a search, else `-id`.",
    ),
]


LIST_PARAMETER_NAMES = frozenset({
    *("search", "q", "email", "external_id", "attributes.", "is_active", "import", "ordering"),
})  # fmt: skip
"""The names of USER_LIST_PARAMETERS. Those of attributes begin with `attributes.`."""


class _AddressField(EmailField):
    """An e-mail address that may have lost a plus sign in the URL."""

    def to_internal_value(self, data: Any) -> str:
        check_plus(data)
        return super().to_internal_value(data)


class _UserQuery(serializers.Serializer[User]):
    search = serializers.CharField(max_length=emails.MAX_LENGTH, required=False)
    q = serializers.CharField(max_length=emails.MAX_LENGTH, required=False)
    email = _AddressField(max_length=emails.MAX_LENGTH, required=False)
    external_id = serializers.CharField(max_length=EXTERNAL_ID_MAX_LENGTH, required=False)
    is_active = serializers.BooleanField(required=False)
    ordering = ChoiceField(choices=ORDERINGS, required=False)

    def validate_q(self, value: str) -> str:
        """Reject a search without an index, and a text that is too short for it."""
        if not settings.USER_SEARCH_INDEX:
            message = _("This search is turned off. Use `search` or `external_id`.")
            raise serializers.ValidationError(message, code="search_not_available")
        if is_too_short(value):
            message = _("The text is too short. Send at least {count} characters.")
            raise serializers.ValidationError(message.format(count=MIN_LENGTH), code="min_length")
        return value

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Add `import`, which cannot be the name of a class attribute."""
        return {**super().get_fields(), "import": serializers.UUIDField(required=False)}


def _validated(params: Mapping[str, str]) -> dict[str, Any]:
    """Return the values of the parameters that are not empty. Raises `ValidationError`.

    The forms of the console send empty ones. In the API they are a 400 of
    `KnownParametersMiddleware`.
    """
    if not params:
        return {}
    query = _UserQuery(data={name: value for name, value in params.items() if value})
    query.is_valid(raise_exception=True)
    validated: dict[str, Any] = query.validated_data
    return validated


def search_text(params: Mapping[str, str]) -> str:
    """Return the validated text of `q`, or an empty text. Raises `ValidationError`."""
    return str(_validated(params).get("q", "")) if params.get("q") else ""


def filter_users[Row](users: QuerySet[User, Row], params: Mapping[str, str]) -> QuerySet[User, Row]:
    """Filter and order the users by the query parameters. Raises `ValidationError`.

    The default order of a search is by e-mail address, because its index returns that order.
    """
    query = _validated(params)
    if prefix := query.get("search"):
        users = users.filter(email__startswith=prefix.lower())
    if text := query.get("q"):
        users = search(users, text)
    if "email" in query:
        users = users.filter(email=query["email"])
    if "external_id" in query:
        users = users.filter(external_id=query["external_id"])
    if (is_active := query.get("is_active")) is not None:
        users = users.filter(is_active=is_active)
    if "import" in query:
        users = users.filter(import_id=query["import"])
    users = filter_attributes(users, params)
    return users.order_by(query.get("ordering") or ("email" if prefix else "-id"))

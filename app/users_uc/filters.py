"""The filters of the list of users: each one uses an index."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from core.http.openapi import or_empty
from users_uc.models import User

ORDERINGS = ("-id", "id", "email", "-email")

USER_LIST_PARAMETERS = [
    OpenApiParameter(
        "search",
        {"type": "string", "maxLength": 254, "pattern": "^[^\\x00]*$"},
        description="The beginning of the e-mail.",
    ),
    OpenApiParameter("is_active", or_empty({"type": "boolean"})),
    OpenApiParameter(
        "import",
        or_empty({"type": "string", "format": "uuid"}),
        description="Who came by this import.",
    ),
    OpenApiParameter("ordering", or_empty({"type": "string", "enum": list(ORDERINGS)})),
]


class _UserQuery(serializers.Serializer[User]):
    search = serializers.CharField(max_length=254, required=False)
    is_active = serializers.BooleanField(required=False)
    ordering = serializers.ChoiceField(choices=ORDERINGS, required=False)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Also `import`, which is no name for a class attribute."""
        return {**super().get_fields(), "import": serializers.UUIDField(required=False)}


def _parse(params: Mapping[str, str]) -> dict[str, Any]:
    if not params:
        return {}
    query = _UserQuery(data={name: value for name, value in params.items() if value})
    query.is_valid(raise_exception=True)
    parsed: dict[str, Any] = query.validated_data
    return parsed


def filter_users[Row](users: QuerySet[User, Row], params: Mapping[str, str]) -> QuerySet[User, Row]:
    """`users` by the list's parameters, in the order asked for; a wrong one is a 400.

    A search is ordered by e-mail unless told otherwise, which its index gives.
    """
    query = _parse(params)
    if search := query.get("search"):
        users = users.filter(email__startswith=search.lower())
    if (is_active := query.get("is_active")) is not None:
        users = users.filter(is_active=is_active)
    if "import" in query:
        users = users.filter(import_id=query["import"])
    return users.order_by(query.get("ordering") or ("email" if search else "-id"))

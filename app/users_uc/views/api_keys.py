"""Views of the caller's API keys."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, status, viewsets
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.serializers import BaseSerializer

from core.http.openapi import LOCATION_OF_CREATED, errors
from users_uc.api_keys import registry
from users_uc.auth import caller
from users_uc.models import ApiKey
from users_uc.serializers.api_keys import ApiKeySerializer, NewApiKeySerializer
from users_uc.views.recheck import RecheckAfterBody


class TooManyKeys(APIException):
    """The caller has as many keys as allowed."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "too_many_keys"


@extend_schema_view(
    list=extend_schema(description="List the caller's API keys, without their secrets."),
    retrieve=extend_schema(description="Return one of the caller's API keys."),
    create=extend_schema(
        description="Create an API key for the caller. The answer has the text of the key, which "
        "no other answer has. A caller whose login is older than 5 minutes sends the password too.",
        parameters=[LOCATION_OF_CREATED],
        request=NewApiKeySerializer,
        responses={
            201: NewApiKeySerializer,
            **errors({409: "`too_many_keys`: the caller has 20 API keys."}),
        },
    ),
    destroy=extend_schema(description="Delete an API key, which ends it at once."),
)
class ApiKeyViewSet(
    RecheckAfterBody,
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    mixins.CreateModelMixin,
    mixins.DestroyModelMixin,
    viewsets.GenericViewSet[ApiKey],
):
    """The caller's API keys. A key cannot manage keys."""

    operation_ids = {
        "list": "listApiKeys",
        "create": "createApiKey",
        "retrieve": "getApiKey",
        "destroy": "deleteApiKey",
    }
    serializer_class = ApiKeySerializer
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> QuerySet[ApiKey]:
        return caller(self.request).api_keys.all()

    def get_serializer_class(self) -> type[BaseSerializer[ApiKey]]:
        return NewApiKeySerializer if self.action == "create" else ApiKeySerializer

    def get_success_headers(self, data: Any) -> dict[str, str]:
        """Return the headers of a created key. Its answer must not be stored."""
        location = reverse("key-detail", args=[data["id"]], request=self.request)
        return {"Location": location, "Cache-Control": "no-store"}

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        try:
            return super().create(request, *args, **kwargs)
        except registry.TooManyKeysError:
            message = _("You have {count} API keys. Delete one that you do not need.")
            raise TooManyKeys(message.format(count=registry.MAX_KEYS)) from None

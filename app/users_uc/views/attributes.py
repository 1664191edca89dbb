"""Views of declared attributes."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status, viewsets
from rest_framework.exceptions import APIException, PermissionDenied
from rest_framework.permissions import SAFE_METHODS, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from core.http.openapi import LOCATION_OF_CREATED, errors
from core.http.pagination import CursorPages
from users_uc import declarations
from users_uc.api_keys.authentication import ATTRIBUTES
from users_uc.attribute_queries import existing_attributes, lock_declarations
from users_uc.auth import locked_caller
from users_uc.models import Attribute
from users_uc.permissions import IsStaff, IsSuperuser
from users_uc.serializers.attributes import AttributeSerializer
from users_uc.views.recheck import RecheckAfterBody

_CONFLICT_AT_CREATION: Final = errors(
    {
        409: "`attribute_exists`: the name is taken. `attribute_being_deleted`: its old values are "
        "still being removed. `too_many_attributes`: there are 100 attributes."
    }
)
_CONFLICT: Final = errors(
    {
        409: "`attribute_in_use`: users have values, so the type is fixed. `choice_in_use`: users "
        "have a choice that the request removes."
    }
)


class Conflict(APIException):
    """A declaration that contradicts the stored attributes or values."""

    status_code = status.HTTP_409_CONFLICT


class AttributePages(CursorPages):
    ordering = "name"


@contextmanager
def _changing(request: Request) -> Iterator[None]:
    """Lock the declarations and the caller. Raises `Conflict`, and `PermissionDenied`."""
    with transaction.atomic():
        lock_declarations()
        with locked_caller(request) as actor:
            if not actor.is_superuser:
                raise PermissionDenied
            try:
                yield
            except declarations.ConflictError as error:
                raise Conflict(str(error), error.code) from None


@extend_schema_view(
    list=extend_schema(description="List the attributes. Only staff may do this."),
    retrieve=extend_schema(description="Return an attribute. Only staff may do this."),
    create=extend_schema(
        description="Declare an attribute. Only superusers may do this.",
        parameters=[LOCATION_OF_CREATED],
        responses={201: AttributeSerializer, **_CONFLICT_AT_CREATION},
    ),
    update=extend_schema(
        description="Replace an attribute. Only superusers may do this.",
        responses={200: AttributeSerializer, **_CONFLICT},
    ),
    partial_update=extend_schema(
        description="Change some fields of an attribute. Only superusers may do this.",
        responses={200: AttributeSerializer, **_CONFLICT},
    ),
    destroy=extend_schema(
        description="Delete an attribute. Only superusers may do this. A task removes its values "
        "from all users, and until then its name cannot be used again."
    ),
)
class AttributeViewSet(RecheckAfterBody, viewsets.ModelViewSet[Attribute]):
    """The attributes of users that superusers declare."""

    operation_ids = {
        "list": "listAttributes",
        "create": "createAttribute",
        "retrieve": "getAttribute",
        "update": "replaceAttribute",
        "partial_update": "updateAttribute",
        "destroy": "deleteAttribute",
    }
    key_scopes = ATTRIBUTES
    serializer_class = AttributeSerializer
    pagination_class = AttributePages
    lookup_field = "name"
    lookup_value_regex = "[a-z0-9_]{1,63}"

    def get_permissions(self) -> list[Any]:
        """Allow reading to staff, and changes to superusers."""
        reads = self.request.method in SAFE_METHODS
        return [IsAuthenticated(), IsStaff() if reads else IsSuperuser()]

    def get_queryset(self) -> QuerySet[Attribute]:
        return existing_attributes()

    def get_success_headers(self, data: Any) -> dict[str, str]:
        """Return the headers of a created attribute."""
        location = reverse("attribute-detail", args=[data["name"]], request=self.request)
        return {"Location": location}

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        with _changing(request):
            return super().create(request, *args, **kwargs)

    def update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        with _changing(request):
            return super().update(request, *args, **kwargs)

    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        with _changing(request):
            return super().destroy(request, *args, **kwargs)

    def perform_destroy(self, instance: Attribute) -> None:
        declarations.delete(instance)

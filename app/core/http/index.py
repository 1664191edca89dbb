"""`GET /api/`: the version of the service and the URLs to begin with."""

from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.decorators import api_view, authentication_classes, permission_classes
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from core import __version__

_LINKS = {
    "register": "register",
    "login": "login",
    "me": "me",
    "users": "user-list",
    "keys": "key-list",
    "webhooks": "webhook-list",
    "upload": "imports",
    "imports": "imports",
    "schema": "schema",
    "docs": "docs",
}


@extend_schema(
    operation_id="getIndex",
    tags=["service"],
    responses=inline_serializer(
        "Index",
        {
            "version": serializers.CharField(help_text="The release, such as 1.0.0."),
            **{name: serializers.URLField() for name in _LINKS},
        },
    ),
)
@api_view(["GET", "HEAD"])
@authentication_classes([])
@permission_classes([AllowAny])
def index(request: Request) -> Response:
    """Return the version of the service and the URLs to begin with."""
    links = {name: reverse(view, request=request) for name, view in _LINKS.items()}
    return Response({"version": __version__, **links})

"""`GET /.well-known/jwks.json`: the public keys of the tokens, for services that verify them."""

import hashlib
import json

from django.conf import settings
from django.http import HttpRequest
from django.views.decorators.cache import cache_control
from django.views.decorators.http import condition
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view, authentication_classes, permission_classes
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

_MAX_AGE = 300


def _document() -> dict[str, list[dict[str, str]]]:
    by_kid = {key.kid: key.jwk for key in settings.JWT_PUBLIC_KEYS}
    return {"keys": list(by_kid.values())}


def _etag(request: HttpRequest) -> str:
    return f'"{hashlib.sha256(json.dumps(_document()).encode()).hexdigest()[:32]}"'


@cache_control(public=True, max_age=_MAX_AGE)
@condition(etag_func=_etag)
@extend_schema(exclude=True)
@api_view()
@authentication_classes([])
@permission_classes([AllowAny])
def key_set(request: Request) -> Response:
    """Return the JSON Web Key Set (RFC 7517). With HS256 its list is empty."""
    return Response(_document())

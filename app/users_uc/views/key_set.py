"""`GET /.well-known/jwks.json`: the public keys of the tokens, for services that verify them."""

import hashlib
import json
from typing import Final

from django.conf import settings
from django.http import HttpResponse
from django.utils.cache import get_conditional_response
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.http.negotiation import AnyAccept

_CACHE_CONTROL: Final = "public, max-age=300"


class KeySetView(APIView):
    """The JSON Web Key Set (RFC 7517). With HS256 its list is empty.

    Caches may store the key set, and no error. Clients ask for `application/jwk-set+json` too.
    """

    authentication_classes = ()
    permission_classes = (AllowAny,)
    content_negotiation_class = AnyAccept

    @extend_schema(exclude=True)
    def get(self, request: Request) -> HttpResponse | None:
        document = _document()
        tag = f'"{hashlib.sha256(json.dumps(document).encode()).hexdigest()[:32]}"'
        headers = {"Cache-Control": _CACHE_CONTROL, "ETag": tag}
        return get_conditional_response(
            request, etag=tag, response=Response(document, headers=headers)
        )


def _document() -> dict[str, list[dict[str, str]]]:
    by_kid = {key.kid: key.jwk for key in settings.JWT_PUBLIC_KEYS}
    return {"keys": list(by_kid.values())}

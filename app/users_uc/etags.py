"""The versions of users: the headers `ETag`, `If-None-Match` and `If-Match`."""

import hashlib
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiResponse
from rest_framework import status
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.http.json_body import JSONRenderer
from core.http.openapi import errors, header

_TAGS: Final = re.compile(r'"[^"]*"')
_TAG: Final = r'(W/)?"[!#-~]*"'
_LIST: Final = re.compile(rf"\*|{_TAG}(\s*,\s*{_TAG})*")
_VERSION: Final = "The version of the user."
ETAG: Final = [header("ETag", _VERSION, of=200)]
ETAG_OF_CREATED: Final = header("ETag", _VERSION, of=201)
IF_NONE_MATCH: Final = [
    header("If-None-Match", "The `ETag` of an earlier answer."),
    header("ETag", _VERSION, of=(200, 304)),
]
UNCHANGED: Final = {304: OpenApiResponse(description="The user has not changed since the `ETag`.")}
IF_MATCH: Final = [
    header(
        "If-Match",
        "The `ETag` of the version that the request changes.",
        pattern=r'^(\*|(W/)?"[!#-~]*")$',
    ),
    *ETAG,
]
CHANGED: Final = errors({412: "`precondition_failed`: the user has changed since it was read."})


class PreconditionFailed(APIException):
    """A change of a version that is no longer the present one."""

    status_code = status.HTTP_412_PRECONDITION_FAILED
    default_code = "precondition_failed"
    default_detail = _(
        "The user has changed since you read it. Read it again, and repeat your change if it is "
        "still right."
    )


def etag(document: Mapping[str, Any]) -> str:
    """Return the tag of a user's document."""
    return f'"{hashlib.sha256(JSONRenderer().render(document)).hexdigest()[:32]}"'


def check_if_match(request: Request, document: Callable[[], Mapping[str, Any]]) -> None:
    """Raise `PreconditionFailed` if the request is about another version.

    Raises `ValidationError` if its header is malformed.
    `document` reads the present one. The caller holds the lock on the user's row.
    """
    wanted = request.headers.get("If-Match", "*").strip()
    if not _LIST.fullmatch(wanted):
        message = gettext("This is not an ETag. Send the header ETag of the user as it is.")
        raise ValidationError({"If-Match": [message]})
    if wanted != "*" and etag(document()) not in _TAGS.findall(wanted):
        raise PreconditionFailed


class UserETags(APIView):
    """A view whose answers with one user have an `ETag`, and which knows `If-None-Match`."""

    def finalize_response(
        self, request: Request, response: Any, *args: Any, **kwargs: Any
    ) -> Response:
        answer = super().finalize_response(request, response, *args, **kwargs)
        document = getattr(answer, "data", None)
        if answer.status_code in {200, 201} and isinstance(document, dict) and "id" in document:
            answer["ETag"] = tag = etag(document)
            # Proxies that compress make the tag a weak one, W/"...".
            known = _TAGS.findall(request.headers.get("If-None-Match", ""))
            if request.method in {"GET", "HEAD"} and tag in known:
                answer.data, answer.status_code = None, status.HTTP_304_NOT_MODIFIED
        return answer

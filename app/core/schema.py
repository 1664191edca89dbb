"""How the OpenAPI schema describes errors."""

from collections.abc import Mapping
from typing import Final

from drf_spectacular.utils import OpenApiResponse, inline_serializer
from rest_framework import serializers

_Problem = inline_serializer(
    "Problem", {"code": serializers.CharField(), "message": serializers.CharField()}, many=True
)
_Error = inline_serializer(
    "Error",
    {
        "code": serializers.CharField(),
        "message": serializers.CharField(),
        "fields": serializers.DictField(child=_Problem, required=False),
    },
)
_ErrorDocument: Final = inline_serializer(
    "ErrorDocument", {"error": _Error, "trace_id": serializers.CharField()}
)


def errors(by_status: Mapping[int, str]) -> dict[int, OpenApiResponse]:
    """Answers in the one shape of errors; what each says, by its status."""
    return {
        status: OpenApiResponse(_ErrorDocument, description=description)
        for status, description in by_status.items()
    }

"""How the OpenAPI schema describes errors: what every operation can answer, from what it is."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiResponse, inline_serializer
from rest_framework import serializers
from rest_framework.permissions import AllowAny

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
_RETRY_AFTER: Final = {
    "Retry-After": {
        "schema": {"type": "integer", "minimum": 0},
        "required": True,
        "description": "Seconds.",
    }
}
_HEADERS: Final[Mapping[str, dict[str, Any]]] = {
    "401": {"WWW-Authenticate": {"schema": {"type": "string"}, "required": True}},
    "429": _RETRY_AFTER,
    "503": _RETRY_AFTER,
}
_TRUTHS: Final = serializers.BooleanField.TRUE_VALUES | serializers.BooleanField.FALSE_VALUES
_TRUTH_WORDS: Final = sorted(word for word in _TRUTHS if isinstance(word, str))


def errors(by_status: Mapping[int, str]) -> dict[int, OpenApiResponse]:
    """Answers in the one shape of errors; what each says, by its status."""
    return {
        status: OpenApiResponse(_ErrorDocument, description=description)
        for status, description in by_status.items()
    }


def or_empty(schema: Mapping[str, Any]) -> dict[str, Any]:
    """What a form or an address may have for it: nothing counts as left out, and yes as true."""
    words = _TRUTH_WORDS if schema.get("type") == "boolean" else []
    return {"anyOf": [schema, {"type": "string", "enum": ["", *words]}]}


class SchemaWithErrors(AutoSchema):
    """Adds the errors that a view does not say itself."""

    def _get_response_bodies(
        self, direction: Literal["request", "response"] = "response"
    ) -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        for status, response in errors(dict(self._errors())).items():
            if str(status) not in bodies:
                made = self._get_response_for_code(response, str(status))  # type: ignore[no-untyped-call]
                bodies[str(status)] = made
        return dict(sorted(bodies.items()))

    def _get_request_body(
        self, direction: Literal["request", "response"] = "request"
    ) -> dict[str, Any] | None:
        """Also of a DELETE whose view names one."""
        method = self.method
        if method == "DELETE" and isinstance(self.get_request_serializer(), type):
            self.method = "POST"
        try:
            body: dict[str, Any] | None = super()._get_request_body(direction)  # type: ignore[no-untyped-call]
        finally:
            self.method = method
        return body

    def _get_response_headers_for_code(
        self, status_code: str, direction: Literal["request", "response"] = "response"
    ) -> dict[str, Any]:
        """Also those that core.http.errors gives."""
        headers: dict[str, Any] = super()._get_response_headers_for_code(status_code, direction)
        return headers | _HEADERS.get(status_code, {})

    def _errors(self) -> Iterator[tuple[int, str]]:
        """A little more rather than less: what a proxy or a middleware refuses is said of all."""
        yield 400, "The request is malformed, or something in it is not valid."
        if self.view.get_authenticate_header(self.view.request):
            yield 401, "No token, or one that does not count."
            yield 403, "The caller may not do this."
        elif self.view.permission_classes != [AllowAny]:
            yield 403, "Nobody may do this here."
        if "{" in self.path or self._is_list_view():
            yield 404, "There is nothing at this address, or nothing that the caller may see."
        yield 406, "JSON is all there is."
        if self._get_request_body() is not None:
            yield 408, "The body did not come in time."
            yield 411, "The body has no length."
            yield 413, "The body is too large."
            yield 415, "The body is of another kind."
        if self.view.get_throttles():
            yield 429, "Too many requests; `Retry-After` says when there may be more."
        yield 503, "A server behind this one is away; `Retry-After` says when to try again."

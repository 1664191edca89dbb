"""Errors in the OpenAPI schema, derived from the properties of each operation."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, Literal, cast

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, inline_serializer
from rest_framework import serializers
from rest_framework.permissions import AllowAny

from core.http.known_fields import KnownFields
from core.http.rate_limit_headers import HEADERS as RATE_LIMIT_HEADERS

TOO_MANY_DOWNLOADS: Final = (
    "`too_many_downloads`: the caller, or all callers, have too many downloads that are not "
    "completed."
)
"""The description of the 429 of a streamed file."""

_Problem = inline_serializer(
    "FieldError", {"code": serializers.CharField(), "message": serializers.CharField()}, many=True
)
_Error = inline_serializer(
    "ErrorDetail",
    {
        "code": serializers.CharField(help_text="The stable code of the error, for programs."),
        "message": serializers.CharField(help_text="The error in the language of the request."),
        "fields": serializers.DictField(
            child=_Problem, required=False, help_text="What is wrong with each field."
        ),
        "access": serializers.CharField(
            required=False,
            help_text="With `password_change_required` at a login: a token that allows only "
            "`users/me/password/`.",
        ),
    },
)
_ErrorDocument: Final = inline_serializer(
    "ApiError", {"error": _Error, "trace_id": serializers.CharField()}
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
_RATE_LIMIT: Final = {name: {"$ref": f"#/components/headers/{name}"} for name in RATE_LIMIT_HEADERS}
type _Endpoint = tuple[str, str, str, Callable[..., Any]]
"""The path, its regular expression, the method and the view."""
_ID_PATTERN: Final = "^[0-9]{1,18}$"
_LARGEST_ID: Final = 10**18 - 1
_FILE: Final = {"type": "string", "format": "binary"}
_INDEX, _STABLE = "/api/", "/api/v1/"


def errors(by_status: Mapping[int, str]) -> dict[int, OpenApiResponse]:
    """Return the responses for a view. `by_status` maps a status code to its description."""
    return {
        status: OpenApiResponse(_ErrorDocument, description=description)
        for status, description in by_status.items()
    }


def stable_endpoints(endpoints: Sequence[_Endpoint]) -> list[_Endpoint]:
    """Return the endpoints without those at earlier URLs, which are aliases."""
    return [each for each in endpoints if each[0] == _INDEX or each[0].startswith(_STABLE)]


class SchemaWithErrors(AutoSchema):
    """A schema with the errors that a view does not declare.

    A view has its `operation_ids` by action, or by method if it has no actions.
    """

    def get_operation_id(self) -> str:
        """Return the name of the operation in generated clients."""
        name = getattr(self.view, "action", None) or self.method.lower()
        return str(cast("Any", self.view).operation_ids[name])

    def get_summary(self) -> str:
        """Return the first sentence of the description."""
        return re.split(r"(?<=\.)\s", self.get_description(), maxsplit=1)[0].rstrip(".")

    def get_auth(self) -> list[dict[str, Any]]:
        """Return the credentials: with an empty alternative if there need be none."""
        return super().get_auth() or [{}]

    def _get_response_bodies(
        self, direction: Literal["request", "response"] = "response"
    ) -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        if headers := self._get_response_headers_for_code("204"):  # DELETE has none otherwise
            bodies.get("204", {}).setdefault("headers", headers)
        for status, response in errors(dict(self._errors())).items():
            if str(status) not in bodies:
                body = self._get_response_for_code(response, str(status))  # type: ignore[no-untyped-call]
                bodies[str(status)] = body
        return dict(sorted(bodies.items()))

    def _resolve_path_parameters(self, variables: Sequence[str]) -> list[dict[str, Any]]:
        """Return the parameters. An id is an integer, as in the answers."""
        parameters: list[dict[str, Any]] = super()._resolve_path_parameters(variables)  # type: ignore[no-untyped-call]
        for parameter in parameters:
            if parameter["schema"].get("pattern") == _ID_PATTERN:
                parameter["schema"] = {"type": "integer", "minimum": 0, "maximum": _LARGEST_ID}
        return parameters

    def _get_request_body(
        self, direction: Literal["request", "response"] = "request"
    ) -> dict[str, Any] | None:
        """Return the body, also of a DELETE whose view has a request serializer.

        A body that may be a file is required.
        """
        method = self.method
        if method == "DELETE" and isinstance(self.get_request_serializer(), type):
            self.method = "POST"
        try:
            body: dict[str, Any] | None = super()._get_request_body(direction)  # type: ignore[no-untyped-call]
        finally:
            self.method = method
        if body and any(each["schema"] == _FILE for each in body["content"].values()):
            body["required"] = True
        return body

    def _map_basic_serializer(
        self, serializer: Any, direction: Literal["request", "response"]
    ) -> dict[str, Any]:
        """Return the fields. A body with other ones is a 400 if the serializer knows only these."""
        schema: dict[str, Any] = super()._map_basic_serializer(serializer, direction)  # type: ignore[no-untyped-call]
        if direction == "request" and isinstance(serializer, KnownFields):
            schema["additionalProperties"] = False
        if direction == "response" and isinstance(serializer, serializers.ModelSerializer):
            schema["required"] = sorted(schema["properties"])  # an answer has all of them
        return schema

    def _get_response_headers_for_code(
        self, status_code: str, direction: Literal["request", "response"] = "response"
    ) -> dict[str, Any]:
        """Return the headers with those of core.http.errors and core.http.rate_limit_headers."""
        headers: dict[str, Any] = super()._get_response_headers_for_code(status_code, direction)
        if self._takes_keys() and (status_code.startswith("2") or status_code == "429"):
            headers |= _RATE_LIMIT
        return headers | _HEADERS.get(status_code, {})

    def _takes_keys(self) -> bool:
        """Return whether the request may have an API key, all of whose requests are counted."""
        return self.get_auth() != [{}]

    def _errors(self) -> Iterator[tuple[int, str]]:
        """Yield the status codes and their descriptions.

        Errors of a proxy or of middleware are listed for every operation, also if it rarely has
        them.
        """
        yield 400, "The request is malformed, or a value in it is invalid."
        if self.view.get_authenticate_header(self.view.request):
            yield 401, "The token is missing or invalid."
            yield 403, "The caller does not have the permission."
        elif self.view.permission_classes != [AllowAny]:
            yield 403, "The operator has disabled this operation."
        if "{" in self.path or self._is_list_view():
            yield 404, "There is nothing at this URL, or the caller may not see it."
        yield 406, "The client does not accept JSON, the only format of the API."
        without_fields = getattr(self.view, "without_fields", ())
        if self._get_request_body() is not None or self.method in without_fields:
            yield 408, "The body did not arrive in time."
            yield 411, "The body has no `Content-Length`."
            yield 413, "The body is too large."
            yield 415, "The `Content-Type` or `Content-Encoding` of the body is not supported."
        if self.view.get_throttles() or self._takes_keys():
            yield 429, "Too many requests. `Retry-After` says when to try again."
        yield 503, "The service is unavailable. `Retry-After` says when to try again."


def header(
    name: str, description: str, *, of: Sequence[int] | int = (), pattern: str | None = None
) -> OpenApiParameter:
    """Return a header of the request, or of the answers with the statuses `of`."""
    statuses = [of] if isinstance(of, int) else list(of)
    return OpenApiParameter(
        name,
        str,
        OpenApiParameter.HEADER,
        description=description,
        response=statuses or False,
        pattern=pattern,
    )


LOCATION_OF_CREATED: Final = header("Location", "The URL of what was created.", of=201)
REPLAYED_CREATION: Final = header(
    "Idempotent-Replayed", "`true` if the key returned what an earlier request created.", of=201
)
IDEMPOTENCY_KEY: Final = header(
    "Idempotency-Key",
    "A new text for each user. The same request with the same key within 24 h creates no other "
    "user. Its answer shows the present user, with the header `Idempotent-Replayed`.",
    pattern="^[!-~]([ -~]{0,253}[!-~])?$",  # HTTP ignores spaces at its ends
)

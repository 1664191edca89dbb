"""The one shape of every error: `{"error": {code, message, fields?}, "trace_id"}`."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from django.core.exceptions import (
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
)
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, JsonResponse, UnreadablePostError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import exceptions, status
from rest_framework.response import Response

from core.telemetry.discreet import describe
from core.telemetry.traces import current_trace_id

logger = logging.getLogger(__name__)

type Answer = Callable[[Exception], exceptions.APIException]


class PayloadTooLarge(exceptions.APIException):
    """The body is over a limit."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = gettext_lazy("The request is too large.")
    default_code = "too_large"


class RequestTimeout(exceptions.APIException):
    """The client did not send the rest of its request."""

    status_code = status.HTTP_408_REQUEST_TIMEOUT
    default_detail = gettext_lazy("The rest of the request did not come; send it again.")
    default_code = "timeout"


class Unavailable(exceptions.APIException):
    """A server behind this one cannot be reached; the same request may succeed later."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_detail = gettext_lazy("The service cannot answer now; try again in a few seconds.")
    default_code = "unavailable"
    wait = 5


def error_document(
    code: str, message: str, fields: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The shape itself; `fields` maps a field to its list of {code, message}."""
    error: dict[str, Any] = {"code": code, "message": message}
    if fields:
        error["fields"] = fields
    return {"error": error, "trace_id": current_trace_id()}


def api_exception_handler(exc: Exception, context: Mapping[str, Any]) -> Response | None:
    """DRF's hook. None (an unexpected exception) becomes Django's 500, in the same shape."""
    api_error = _as_api_exception(exc)
    if api_error is None:
        return None
    headers = {}
    if auth_header := getattr(api_error, "auth_header", None):
        headers["WWW-Authenticate"] = auth_header
    if wait := getattr(api_error, "wait", None):
        headers["Retry-After"] = str(int(wait))
    return Response(_describe(api_error), status=api_error.status_code, headers=headers)


def _as_api_exception(exc: Exception) -> exceptions.APIException | None:
    if isinstance(exc, exceptions.APIException):
        return exc
    if type(exc) is DatabaseError:  # a row was deleted before save() could change it
        return exceptions.NotFound()
    answer = next((answer for kind, answer in _ANSWERS if isinstance(exc, kind)), None)
    return answer(exc) if answer else None


def _unavailable(exc: Exception) -> exceptions.APIException:
    logger.warning("the database or the storage did not do it: %s", describe(exc))
    return Unavailable()


# The first that fits: what is more special stands above what it is a kind of.
_ANSWERS: Final[Sequence[tuple[type[Exception], Answer]]] = (
    (Http404, lambda exc: exceptions.NotFound()),
    (PermissionDenied, lambda exc: exceptions.PermissionDenied()),
    (RequestDataTooBig, lambda exc: PayloadTooLarge(str(exc) or None)),
    (SuspiciousOperation, lambda exc: exceptions.ParseError(str(exc) or None)),
    (UnreadablePostError, lambda exc: RequestTimeout()),
    (OperationalError, _unavailable),
    (InterfaceError, _unavailable),
    (OSError, _unavailable),
)


def _describe(exc: exceptions.APIException) -> dict[str, Any]:
    if isinstance(exc, exceptions.ValidationError):
        fields = dict(_flatten(exc.get_full_details()))
        return error_document("invalid", _("The request has errors in its fields."), fields)
    detail = exc.detail
    if isinstance(detail, dict):  # simplejwt's own: {"detail": ..., "code": ...}
        return error_document(str(detail.get("code", exc.default_code)), str(detail.get("detail")))
    return error_document(str(getattr(detail, "code", exc.default_code)), str(detail))


def _flatten(details: Any, path: str = "") -> Iterator[tuple[str, list[dict[str, str]]]]:
    """Nested details as `a.b` → [{code, message}]; of no field: `non_field_errors`."""
    if isinstance(details, dict) and "message" in details and "code" in details:
        details = [details]
    if isinstance(details, list):
        entries = [{"code": str(d["code"]), "message": str(d["message"])} for d in details]
        yield path or "non_field_errors", entries
        return
    for name, inner in details.items():
        yield from _flatten(inner, f"{path}.{name}" if path else str(name))


def _plain(status_code: int, code: str, message: str) -> JsonResponse:
    return JsonResponse(error_document(code, message), status=status_code)


def bad_request(request: HttpRequest, exception: Exception) -> JsonResponse:
    """Django's handler400."""
    if isinstance(exception, RequestDataTooBig):
        return _plain(413, "too_large", _("The request is too large."))
    return _plain(400, "bad_request", _("The request is malformed."))


def length_required() -> JsonResponse:
    """For a body whose length is not known."""
    message = _("Send the body with a Content-Length, not chunked.")
    return _plain(411, "length_required", message)


def permission_denied(request: HttpRequest, exception: Exception) -> JsonResponse:
    """Django's handler403."""
    return _plain(403, "permission_denied", _("You do not have permission to do this."))


def not_found(request: HttpRequest, exception: Exception) -> JsonResponse:
    """Django's handler404."""
    return _plain(404, "not_found", _("There is nothing at this address."))


def server_error(request: HttpRequest) -> JsonResponse:
    """Django's handler500."""
    message = _("An error on our side; its trace id finds it in the logs.")
    return _plain(500, "server_error", message)

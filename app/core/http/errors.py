"""Error responses: `{"error": {code, message, fields?}, "trace_id"}`."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import (
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
)
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    JsonResponse,
    UnreadablePostError,
)
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import exceptions, status
from rest_framework.response import Response

from core.http.browser_middleware import CONSOLE
from core.telemetry.database_errors import describe
from core.telemetry.traces import current_trace_id

logger = logging.getLogger(__name__)

type Conversion = Callable[[Exception], exceptions.APIException]


class PayloadTooLarge(exceptions.APIException):
    """A body that exceeds a limit."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = gettext_lazy("The request is too large.")
    default_code = "too_large"


class RequestTimeout(exceptions.APIException):
    """A request whose rest the client did not send."""

    status_code = status.HTTP_408_REQUEST_TIMEOUT
    default_detail = gettext_lazy("The rest of the request did not arrive. Send the request again.")
    default_code = "timeout"


class Unavailable(exceptions.APIException):
    """An unavailable server that this service needs. The same request may succeed later."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_detail = gettext_lazy("The service is unavailable. Try again in a few seconds.")
    default_code = "unavailable"
    wait = 5


def error_document(
    code: str, message: str, fields: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return the body of an error. `fields` maps a field to its list of {code, message}."""
    error: dict[str, Any] = {"code": code, "message": message}
    if fields:
        error["fields"] = fields
    return {"error": error, "trace_id": current_trace_id()}


def api_exception_handler(exc: Exception, context: Mapping[str, Any]) -> Response | None:
    """Return the response to an exception: DRF's EXCEPTION_HANDLER.

    None, for an unexpected exception, becomes a 500 of `server_error`.
    """
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
    convert = next((convert for kind, convert in _CONVERSIONS if isinstance(exc, kind)), None)
    return convert(exc) if convert else None


def _unavailable(exc: Exception) -> exceptions.APIException:
    logger.warning("The database or the storage failed: %s", describe(exc))
    return Unavailable()


# The first match counts, so a subclass stands above its base class.
_CONVERSIONS: Final[Sequence[tuple[type[Exception], Conversion]]] = (
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
    document = error_document(str(getattr(detail, "code", exc.default_code)), str(detail))
    document["error"] |= getattr(exc, "extra", {})
    return document


def _flatten(details: Any, path: str = "") -> Iterator[tuple[str, list[dict[str, str]]]]:
    """Yield nested details as `a.b`, [{code, message}].

    Errors of no field are in `non_field_errors`.
    """
    if isinstance(details, dict) and "message" in details and "code" in details:
        details = [details]
    if isinstance(details, list):
        entries = [{"code": str(d["code"]), "message": str(d["message"])} for d in details]
        yield path or "non_field_errors", entries
        return
    for name, inner in details.items():
        yield from _flatten(inner, f"{path}.{name}" if path else str(name))


def _response(status_code: int, code: str, message: str) -> JsonResponse:
    return JsonResponse(error_document(code, message), status=status_code)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Return the response of handler400."""
    if isinstance(exception, RequestDataTooBig):
        return _answer(request, 413, "too_large", _("The request is too large."))
    return _answer(request, 400, "bad_request", _("The request is malformed."))


def invalid_request(problems: Mapping[str, list[tuple[str, str]]]) -> JsonResponse:
    """Return the response to wrong parameters. `problems` maps each to its codes and messages."""
    fields = {
        name: [{"code": code, "message": message} for code, message in found]
        for name, found in problems.items()
    }
    message = _("The request has errors in its fields.")
    return JsonResponse(error_document("invalid", message, fields), status=400)


def length_required() -> JsonResponse:
    """Return the response to a body without a length."""
    message = _("The body has no length. Send it with a Content-Length header, not chunked.")
    return _response(411, "length_required", message)


def slash_missing(path: str) -> JsonResponse:
    """Return the response to a change at the URL without its last slash."""
    message = _("There is nothing at this URL. Send the request to {path}, with the last slash.")
    return _response(404, "not_found", message.format(path=path))


def permission_denied(request: HttpRequest, exception: Exception) -> JsonResponse:
    """Return the response of handler403."""
    return _response(403, "permission_denied", _("You do not have permission to do this."))


def not_found(request: HttpRequest, exception: Exception) -> JsonResponse:
    """Return the response of handler404."""
    return _response(404, "not_found", _("There is nothing at this URL."))


def server_error(request: HttpRequest) -> HttpResponse:
    """Return the response of handler500."""
    message = _("An internal error occurred. Give the trace id to the operator of the service.")
    return _answer(request, 500, "server_error", message)


def _answer(request: HttpRequest, status_code: int, code: str, message: str) -> HttpResponse:
    """Return a page in the console, and JSON elsewhere."""
    if request.path_info.startswith(f"/{CONSOLE}"):
        return failure_page(message, status=status_code)
    return _response(status_code, code, message)


def failure_page(message: str, *, status: int) -> HttpResponse:
    """Return a page of the console that needs neither a session nor a database."""
    context = {"message": message, "trace_id": current_trace_id(), "site_name": settings.SITE_NAME}
    return HttpResponse(render_to_string("console/failure.html", context), status=status)

"""Content-Type headers without a charset other than UTF-8.

Django decodes URLs and forms with the charset, and some Python codecs are not text encodings. It
also cannot build a request whose parameters it cannot parse. Both would be a 500. So the charset
gets another name, under which Django does not find it.
"""

from collections.abc import Awaitable, Callable
from email.message import Message
from typing import Any, Final

from django.utils.http import parse_header_parameters
from rest_framework.request import Request

_RENAMED: Final = "declared-charset"
type Application[R] = Callable[[dict[str, Any], Callable[..., Any]], R]
type AsyncApplication = Callable[[dict[str, Any], Any, Any], Awaitable[None]]


def with_plain_types[R](application: Application[R]) -> Application[R]:
    """Return the WSGI application, wrapped so that it gets clean Content-Type headers."""

    def call(environ: dict[str, Any], start_response: Callable[..., Any]) -> R:
        if content_type := environ.get("CONTENT_TYPE"):
            environ["CONTENT_TYPE"] = _clean(content_type)
        return application(environ, start_response)

    return call


def with_plain_types_async(application: AsyncApplication) -> AsyncApplication:
    """Return the ASGI application, wrapped in the same way."""

    async def call(scope: dict[str, Any], receive: Any, send: Any) -> None:
        headers = [
            (name, _clean(value.decode("latin-1")).encode("latin-1"))
            if name == b"content-type"
            else (name, value)
            for name, value in scope.get("headers", ())
        ]
        await application(scope | {"headers": headers}, receive, send)

    return call


def declared_charset(request: Request) -> str | None:
    """Return the charset that the client sent in Content-Type, or `None` if it sent none."""
    parameters = request._request.content_params or {}
    return parameters.get(_RENAMED, parameters.get("charset"))


def _clean(content_type: str) -> str:
    """Return the header with its charset renamed, or an empty string if it cannot be parsed."""
    try:
        _, parameters = parse_header_parameters(content_type)
        charset = parameters.get("charset", "utf-8")
        if charset.lower() == "utf-8":
            return content_type
        message = Message()
        message["Content-Type"] = content_type
        message.del_param("charset")
        message.set_param(_RENAMED, charset)
        return str(message["Content-Type"])
    except (ValueError, LookupError):  # a parameter in the form of RFC 2231 names its own encoding
        return ""

"""What a Content-Type may say: a type and its boundary. No charset: all texts are UTF-8 here.

Django decodes addresses and forms by the charset, of which some are no encodings of text, and it
cannot make a request of parameters that it cannot read. Either would be a 500.
"""

from collections.abc import Awaitable, Callable
from email.message import Message
from typing import Any

from django.utils.http import parse_header_parameters

type Application[R] = Callable[[dict[str, Any], Callable[..., Any]], R]
type AsyncApplication = Callable[[dict[str, Any], Any, Any], Awaitable[None]]


def with_plain_types[R](application: Application[R]) -> Application[R]:
    """The WSGI application, which is given every Content-Type without what it must not see."""

    def call(environ: dict[str, Any], start_response: Callable[..., Any]) -> R:
        if content_type := environ.get("CONTENT_TYPE"):
            environ["CONTENT_TYPE"] = _plain(content_type)
        return application(environ, start_response)

    return call


def with_plain_types_async(application: AsyncApplication) -> AsyncApplication:
    """The same for an ASGI application."""

    async def call(scope: dict[str, Any], receive: Any, send: Any) -> None:
        headers = [
            (name, _plain(value.decode("latin-1")).encode("latin-1"))
            if name == b"content-type"
            else (name, value)
            for name, value in scope.get("headers", ())
        ]
        await application(scope | {"headers": headers}, receive, send)

    return call


def _plain(content_type: str) -> str:
    """Empty where it cannot be read."""
    try:
        _, parameters = parse_header_parameters(content_type)
        if parameters.get("charset", "utf-8").lower() == "utf-8":
            return content_type
        message = Message()
        message["Content-Type"] = content_type
        message.del_param("charset")
        return str(message["Content-Type"])
    except (ValueError, LookupError):  # the encodings that parameters may name for themselves
        return ""

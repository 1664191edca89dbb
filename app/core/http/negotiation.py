"""Content negotiation: the types and codings of bodies, and answers with one media type."""

from collections.abc import Iterable, Sequence
from typing import Final

from django.utils.translation import gettext as _
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from core.http.content_encoding import codings

_LONGEST_SHOWN: Final = 64


class ApiNegotiation(DefaultContentNegotiation):
    """Content negotiation whose 415 says what to send.

    A parser may have `codings`, the values of `Content-Encoding` that it reads.
    """

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser:
        """Return the parser of the request's body. Raises `UnsupportedMediaType`."""
        parser: BaseParser | None = super().select_parser(request, parsers)
        if parser is None:
            raise unsupported_type(request, [str(each.media_type) for each in parsers])
        if not codings(request) <= getattr(parser, "codings", frozenset()):
            raise _unsupported_coding(request)
        return parser


class AnyAccept(ApiNegotiation):
    """Content negotiation that never answers 406: errors of files are JSON for every `Accept`."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        (renderer,) = renderers
        return renderer, str(renderer.media_type)


def unsupported_type(request: Request, known: Sequence[str]) -> UnsupportedMediaType:
    """Return the exception for a body that has none of the known types."""
    sent = request.content_type.partition(";")[0].strip()[:_LONGEST_SHOWN]
    message = _('The Content-Type "{sent}" is not supported here. Send {known}.')
    if not sent:
        message = _("The body has no Content-Type. Send {known}.")
    elif len(known) > 1:
        message = _('The Content-Type "{sent}" is not supported here. Send one of these: {known}.')
    return UnsupportedMediaType(sent, message.format(sent=sent, known=", ".join(known)))


def _unsupported_coding(request: Request) -> UnsupportedMediaType:
    sent = request.headers["Content-Encoding"][:_LONGEST_SHOWN]
    message = _('The Content-Encoding "{sent}" is not supported here. Send the body without it.')
    return UnsupportedMediaType(sent, message.format(sent=sent))

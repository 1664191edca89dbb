"""Rejection of query parameters that an endpoint does not have.

A misspelt filter that is ignored returns all objects, and its client takes them for the filtered
ones.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from rest_framework.generics import ListAPIView

from core.http.errors import invalid_request

_API: Final = "/api/"
_MOST_NAMED: Final = 10
_NAME_LENGTH: Final = 64


class KnownParametersMiddleware:
    """Middleware that answers 400 to a query parameter that the view does not know.

    A view lists its parameters in `query_parameters`. It checks those of the methods in
    `checks_query_of` itself. A name that ends with a dot stands for all names that begin with it.
    The parameters of pages are known to every list.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Return the error if the query has an unknown parameter."""
        if not request.GET or not request.path_info.startswith(_API):
            return None
        method = request.method or ""
        cls = getattr(view, "cls", None)
        if method in getattr(cls, "checks_query_of", ()) or not _serves(view, method):
            return None
        known = sorted(_known(view, method))
        prefixes = tuple(name for name in known if name.endswith("."))
        unknown = [
            name for name in request.GET if name not in known and not name.startswith(prefixes)
        ]
        if not unknown:
            return None
        message = _("This query parameter is unknown. Leave it out.")
        if known:
            message = _("This query parameter is unknown. Send one of these: {known}.")
        errors = {
            name[:_NAME_LENGTH]: [("unknown_parameter", message.format(known=", ".join(known)))]
            for name in unknown[:_MOST_NAMED]
        }
        return invalid_request(errors)


def _serves(view: Any, method: str) -> bool:
    """Return whether the view has the method; DRF answers 405 to another one."""
    cls, name = getattr(view, "cls", None), method.lower().replace("head", "get")
    return cls is None or hasattr(cls, name) or name in getattr(view, "actions", ())


def _known(view: Any, method: str) -> Iterator[str]:
    """Yield the names that the view knows for the method."""
    cls, actions = getattr(view, "cls", None), getattr(view, "actions", None)
    is_list = (
        actions.get(method.lower().replace("head", "get")) == "list"
        if actions is not None
        else cls is not None and issubclass(cls, ListAPIView)
    )
    if is_list or actions is None:
        yield from getattr(cls, "query_parameters", ())
    pages = getattr(cls, "pagination_class", None) if is_list else None
    if pages is not None:
        yield from (pages.cursor_query_param, pages.page_size_query_param, pages.count_query_param)

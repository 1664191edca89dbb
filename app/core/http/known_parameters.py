"""Rejection of query parameters that an endpoint does not have, or that are empty or repeated.

A filter that is ignored returns all objects, and its client takes them for the filtered ones. A
script sends an empty filter if one of its variables is not set.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.utils.translation import gettext as _
from rest_framework.generics import ListAPIView

from core.http.errors import invalid_request

_API: Final = "/api/"
_MOST_NAMED: Final = 10
_NAME_LENGTH: Final = 64
NOT_EMPTY: Final = r"^[^\x00]*[^\x00\s][^\x00]*$"
"""The pattern of a text parameter, which also has no NUL byte."""


class KnownParametersMiddleware:
    """Middleware that answers 400 to a wrong query parameter: an unknown, empty or repeated one.

    A view lists its parameters in `query_parameters`, those that may be repeated in
    `repeatable_parameters`, and those that may be empty in `flag_parameters`. It checks those of
    the methods in `checks_query_of` itself. A name that ends with a dot stands for all names that
    begin with it. The parameters of pages are known to every list.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Return the error if the query has a wrong parameter."""
        if not request.GET or not request.path_info.startswith(_API):
            return None
        method = request.method or ""
        cls = getattr(view, "cls", None)
        if method in getattr(cls, "checks_query_of", ()) or not _serves(view, method):
            return None
        errors = dict(_errors(request.GET, known=sorted(_known(view, method)), cls=cls))
        return invalid_request(errors) if errors else None


def text_parameter(max_length: int) -> dict[str, Any]:
    """Return the OpenAPI schema of a parameter with a text."""
    return {"type": "string", "minLength": 1, "maxLength": max_length, "pattern": NOT_EMPTY}


def unknown_parameter(known: Collection[str]) -> tuple[str, str]:
    """Return the code and the message of a query parameter that is none of the known ones."""
    message = _("This query parameter is unknown. Leave it out.")
    if known:
        message = _("This query parameter is unknown. Send one of these: {known}.")
    return "unknown_parameter", message.format(known=", ".join(known))


def _errors(
    query: QueryDict, *, known: Sequence[str], cls: type | None
) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Yield the errors of the first wrong parameters by name."""
    prefixes = tuple(name for name in known if name.endswith("."))
    repeatable = getattr(cls, "repeatable_parameters", ())
    flags = getattr(cls, "flag_parameters", ())
    wrong = 0
    for name, values in query.lists():
        if name not in known and not name.startswith(prefixes):
            error = unknown_parameter(known)
        elif len(values) > 1 and name not in repeatable:
            error = _repeated()
        elif name not in flags and not all(map(str.strip, values)):
            error = _empty()
        else:
            continue
        yield name[:_NAME_LENGTH], [error]
        wrong += 1
        if wrong == _MOST_NAMED:
            return


def _repeated() -> tuple[str, str]:
    message = _("This query parameter was sent more than once. Send it once.")
    return "repeated_parameter", message


def _empty() -> tuple[str, str]:
    return "blank", _("This query parameter is empty. Give it a value, or leave it out.")


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

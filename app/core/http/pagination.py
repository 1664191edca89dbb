"""Cursor pages, whose cost does not grow with the length of the list."""

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from typing import Any, Final
from urllib.parse import parse_qs

from django.core.exceptions import ValidationError
from django.db import DataError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound
from rest_framework.exceptions import ValidationError as ApiValidationError
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

_DIGITS: Final = 18
_LARGEST: Final = 10**_DIGITS - 1
_TOKENS: Final = frozenset({"o", "r", "p"})
"""What DRF writes into a cursor: the offset, the direction and the position."""
_COUNT: Final[dict[str, Any]] = {
    "name": "count",
    "in": "query",
    "required": False,
    "schema": {"type": "string", "enum": ["estimate", "exact"]},
    "description": "Adds the number of all results: exactly, which takes a second for millions of "
    "them, or as PostgreSQL estimates it, which takes about a millisecond.",
}


class CursorPages(CursorPagination):
    """Pages `{next, previous, results}`, newest first unless the view has another order.

    With `count=exact` or `count=estimate` they also have the number of all results, which costs a
    further query.
    """

    count_query_param = "count"
    page_size = 20
    page_size_query_param = "page_size"
    max_page_size = 200
    ordering = "-id"

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        """Return the parameters with the bounds of `page_size`."""
        parameters: list[dict[str, Any]] = super().get_schema_operation_parameters(view)
        for parameter in parameters:
            if parameter["name"] == self.page_size_query_param:
                parameter["schema"] |= {"minimum": 1, "maximum": _LARGEST}
                largest = self.max_page_size
                parameter["description"] = f"Values above {largest} count as {largest}."
            else:
                parameter["schema"] |= {"minLength": 1, "pattern": r"^\S+$"}
        return [*parameters, {**_COUNT}]  # hooks of drf-spectacular change it

    def paginate_queryset(
        self,
        queryset: QuerySet[Any] | Sequence[Any],
        request: Request,
        view: APIView | None = None,
    ) -> list[Any] | None:
        """Return the page. Raises NotFound also for a cursor with an impossible position."""
        try:
            self._check_page_size(request)
            count = _counter(request.query_params.get(self.count_query_param))
            page = self.read_page(queryset, request, view)
        except (ValueError, ValidationError, DataError):
            if self.cursor is None:
                raise
            raise NotFound(self.invalid_cursor_message) from None
        self.count = count(queryset) if isinstance(queryset, QuerySet) else None
        return page

    def get_paginated_response(self, data: Any) -> Response:
        """Return the page with the number of all results, if the request asks for it."""
        answer = super().get_paginated_response(data)
        if self.count is not None:
            answer.data["count"] = self.count
        return answer

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Return the OpenAPI schema of a page."""
        page: dict[str, Any] = super().get_paginated_response_schema(schema)
        link = {"type": ["string", "null"], "format": "uri"}
        page["properties"] |= {
            "next": {**link, "description": "The URL of the next page. Null on the last one."},
            "previous": {**link, "description": "The URL of the page before this one, or null."},
            "count": {
                "type": "integer",
                "description": "The number of all results. Only with the parameter `count`.",
            },
        }
        page["required"] = ["next", "previous", "results"]
        return page

    def decode_cursor(self, request: Request) -> Cursor | None:
        """Return the cursor. Raises NotFound for a damaged one, which DRF takes for the start."""
        cursor = super().decode_cursor(request)
        if cursor is None:
            return None
        sent = request.query_params[self.cursor_query_param]
        if not any(cursor) or not _is_cursor(sent):
            raise NotFound(self.invalid_cursor_message)
        return cursor

    def read_page(
        self, queryset: QuerySet[Any] | Sequence[Any], request: Request, view: APIView | None
    ) -> list[Any] | None:
        """Return the page, and set the attributes from which DRF makes its links."""
        return super().paginate_queryset(queryset, request, view)

    def _check_page_size(self, request: Request) -> None:
        """Reject an invalid page size, which DRF would ignore."""
        size = request.query_params.get(self.page_size_query_param, "1")
        if not re.fullmatch(f"0*[1-9][0-9]{{0,{_DIGITS - 1}}}", size):
            message = _("This is not a page size. Send a whole number of at least 1.")
            raise ApiValidationError({self.page_size_query_param: [message]})


def _is_cursor(text: str) -> bool:
    """Return whether the text, which DRF has decoded, has what DRF writes and nothing else."""
    query = b64decode(text)
    tokens = parse_qs(query.decode(), keep_blank_values=True)
    return b64encode(query).decode() == text and tokens.keys() <= _TOKENS


def _counter(asked: str | None) -> Callable[[QuerySet[Any]], int | None]:
    """Return the function that counts as the request asks. Raises `ValidationError`."""
    match asked:
        case None:
            return lambda _: None
        case "exact":
            return QuerySet.count
        case "estimate":
            return _estimate
    message = _("This is not a way to count. Send estimate or exact.")
    raise ApiValidationError({"count": [message]})


def _estimate(queryset: QuerySet[Any]) -> int:
    (plan,) = json.loads(queryset.order_by().explain(format="json"))
    return int(plan["Plan"]["Plan Rows"])

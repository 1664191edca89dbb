"""Cursor pages, whose cost does not grow with the length of the list."""

import re
from collections.abc import Sequence
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import DataError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound
from rest_framework.exceptions import ValidationError as ApiValidationError
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.views import APIView

_DIGITS: Final = 18
_LARGEST: Final = 10**_DIGITS - 1


class CursorPages(CursorPagination):
    """Pages `{next, previous, results}`, newest first unless the view has another order."""

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
        return parameters

    def paginate_queryset(
        self,
        queryset: QuerySet[Any] | Sequence[Any],
        request: Request,
        view: APIView | None = None,
    ) -> list[Any] | None:
        """Return the page. Raises NotFound also for a cursor with an impossible position."""
        try:
            self._check_page_size(request)
            return self.read_page(queryset, request, view)
        except (ValueError, ValidationError, DataError):
            if self.cursor is None:
                raise
            raise NotFound(self.invalid_cursor_message) from None

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

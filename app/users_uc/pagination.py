"""Cursor pages of the list of users."""

from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.views import APIView

from core.http.pagination import CursorPages


class UserPages(CursorPages):
    """Cursor pages in the order that `filter_users` has set."""

    def get_ordering(
        self,
        request: Request,
        queryset: QuerySet[Any],
        view: APIView,
    ) -> tuple[str, ...]:
        """Return the field of the cursor: the indexed, unique field of the queryset's order."""
        return tuple(map(str, queryset.query.order_by))

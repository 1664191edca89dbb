"""Pages of users in the order that the caller asks for."""

from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.views import APIView

from core.http.pagination import CursorPages


class UserPages(CursorPages):
    """Ordered by an indexed, unique field."""

    def get_ordering(
        self,
        request: Request,
        queryset: QuerySet[Any],
        view: APIView,
    ) -> tuple[str, ...]:
        """The cursor's field: what filter_users has ordered by."""
        return tuple(map(str, queryset.query.order_by))

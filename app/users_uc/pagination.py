"""Cursor pages of the list of users."""

from collections.abc import Sequence
from typing import Any, Final, cast

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.views import APIView

from core.http.pagination import CursorPages
from users_uc.filters import search_text
from users_uc.models import User
from users_uc.search import Plan, estimate, use

_NEAREST: Final = 20_000
"""Users among whom a search looks first. Reading their ids takes 2 ms, and their texts 20 ms."""
# Numbers of users that a text has, according to the planner. They fit a table of a million users.
_FREQUENT: Final = 2_000
"""With as many, the nearest users probably fill a page."""
_COMMON: Final = 50_000
"""With as many, the index needs longer for the nearest users than reading their texts takes."""
_MOST: Final = 500_000
"""With as many, the index needs longer than reading the texts of all other users takes."""


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

    def read_page(
        self, queryset: QuerySet[Any] | Sequence[Any], request: Request, view: APIView | None
    ) -> list[Any] | None:
        """Return the page. For a search, choose how PostgreSQL reads it (ADR 35).

        The planner expects the users of a text everywhere in the list. They may all be far away,
        because imports sort users by e-mail address.
        """
        if not (text := search_text(request.query_params)):
            return super().read_page(queryset, request, view)
        users = cast("QuerySet[User, Any]", queryset)
        if (expected := estimate(text)) >= _MOST:
            return super().read_page(users, request, view)
        if expected >= _FREQUENT:
            nearest, are_all = self._nearest(users, request)
            use(Plan.FROM_INDEX if expected < _COMMON else Plan.IN_ORDER)
            page = super().read_page(nearest, request, view)
            if are_all or self._is_full():
                return page
        use(Plan.FROM_INDEX)
        return super().read_page(users, request, view)

    def _nearest(
        self, users: QuerySet[User, Any], request: Request
    ) -> tuple[QuerySet[User, Any], bool]:
        """Return those of the `_NEAREST` next users of the list, and whether no others follow."""
        self.cursor = self.decode_cursor(request)
        order = str(users.query.order_by[0])
        field = order.removeprefix("-")
        is_descending = order.startswith("-") != self._is_reverse()
        before, until = ("lt", "gte") if is_descending else ("gt", "lte")
        following = User.objects.order_by(f"-{field}" if is_descending else field)
        if self.cursor is not None and self.cursor.position is not None:
            following = following.filter(**{f"{field}__{before}": self.cursor.position})
        last = list(following.values_list(field, flat=True)[_NEAREST - 1 : _NEAREST])
        if not last:
            return users, True
        return users.filter(**{f"{field}__{until}": last[0]}), False

    def _is_reverse(self) -> bool:
        return self.cursor is not None and self.cursor.reverse

    def _is_full(self) -> bool:
        """Return whether there are more results than the page has, in the direction of reading."""
        return bool(self.has_previous if self._is_reverse() else self.has_next)

"""One kind of page for every list: a cursor, whose cost does not grow with the list."""

from rest_framework.pagination import CursorPagination


class CursorPages(CursorPagination):
    """`{next, previous, results}`, newest first unless the view orders otherwise."""

    page_size = 20
    page_size_query_param = "page_size"
    max_page_size = 200
    ordering = "-id"

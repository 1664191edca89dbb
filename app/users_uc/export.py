"""Users as a CSV file, which an import reads without options."""

from collections.abc import Iterator
from typing import Any, Final

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import Func, Max, QuerySet, TextField
from django.db.models.functions import Cast

from core.postgres.release import release_connection
from users_uc.exported import EXPORT_COLUMNS, FORMULA_START
from users_uc.models import User

_PAGE: Final = 20_000
"""Users that are read at a time, those that the filters exclude included."""
_HEADER: Final = f"\ufeff{','.join(EXPORT_COLUMNS)}\n".encode()
"""The first line. Excel expects no UTF-8 without the byte order mark."""


def _quoted(text: str) -> str:
    """Return the SQL of the text in quotes, with its own quotes doubled."""
    return f"""'"' || replace({text}, '"', '""') || '"' """


class _Guarded(Func):
    """A text that a spreadsheet does not run as a formula, guarded as in failed-rows.csv.

    A text such as `="0123"`, of which an import reads only `0123`, becomes the text of such a cell.
    """

    _text = "%(expressions)s"
    # All risky characters come before A, and a comparison is faster than a regular expression.
    template = rf"""CASE
        WHEN {_text} COLLATE "C" >= 'A' OR {_text} !~ '^''*{FORMULA_START}' THEN {_text}
        WHEN starts_with({_text}, '="') THEN '''=' || {_quoted(_text)}
        ELSE '''' || {_text} END"""
    output_field = TextField()


class _Quoted(Func):
    """A guarded text in quotes, empty for null and for an empty text."""

    template = f"CASE WHEN %(expressions)s <> '' THEN {_quoted(_Guarded.template)} ELSE '' END"
    output_field = TextField()


class _Line(Func):
    """The cells of a user, with a line feed."""

    template = r"concat_ws(',', %(expressions)s) || E'\n'"
    output_field = TextField()


_LINE: Final = _Line(
    _Guarded("email"),
    _Quoted("external_id"),
    _Quoted("name"),
    _Quoted("phone"),
    Cast("is_active", TextField()),
    Cast("must_change_password", TextField()),
)


def users_csv(users: QuerySet[User, Any]) -> Iterator[bytes]:
    """Return the bytes of the file, with the users in the order of their ids.

    Each page is read by a statement of its own, and no connection is held while the caller uses
    it. So a slow download holds no snapshot of the database. A user who is created, changed or
    deleted in the meantime may be in the file or not, as before or after the change.
    PostgreSQL joins the lines of a page. With COPY, Python would read each line by itself.
    """
    release_connection()
    yield _HEADER
    last = 0
    while (end := _end_of_page(last)) is not None:
        page = users.filter(pk__gt=last, pk__lte=end)
        lines = page.aggregate(lines=StringAgg(_LINE, "", order_by="pk", default=""))["lines"]
        release_connection()
        if lines:
            yield lines.encode()
        last = end


def _end_of_page(last: int) -> int | None:
    """Return the last id of the page behind this id, or `None` if no user is behind it."""
    page = User.objects.filter(pk__gt=last).order_by("pk")[:_PAGE]
    end: int | None = page.aggregate(end=Max("pk"))["end"]
    return end

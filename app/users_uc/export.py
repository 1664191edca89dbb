"""Users as a CSV file, which an import reads without options."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import Func, QuerySet, TextField
from django.db.models.functions import Cast

from core.postgres.release import release_connection
from users_uc.attribute_queries import declared_attributes
from users_uc.exported import EXPORT_COLUMNS, FORMULA_STARTS
from users_uc.models import User

_PAGE: Final = 20_000
"""Ids of a page. Deleted users and those that the filters exclude count too."""


def _quoted(text: str) -> str:
    """Return the SQL of the text in quotes, with its own quotes doubled."""
    return f"""'"' || replace({text}, '"', '""') || '"' """


class _Guarded(Func):
    """A text that a spreadsheet does not run as a formula, guarded as in rejected-rows.csv.

    A text such as `="0123"`, of which an import reads only `0123`, becomes the text of such a cell.
    """

    _text = "%(expressions)s"
    _codes = ", ".join(str(ord(start)) for start in FORMULA_STARTS)
    # All risky characters come before A. A regular expression would take longer.
    template = f"""CASE
        WHEN {_text} COLLATE "C" >= 'A' THEN {_text}
        WHEN ascii(ltrim({_text}, '''')) NOT IN ({_codes}) THEN {_text}
        WHEN starts_with({_text}, '="') THEN '''=' || {_quoted(_text)}
        ELSE '''' || {_text} END"""
    output_field = TextField()


class _Quoted(Func):
    """A guarded text in quotes, empty for null and for an empty text."""

    template = f"CASE WHEN %(expressions)s <> '' THEN {_quoted(_Guarded.template)} ELSE '' END"
    output_field = TextField()


class _Value(Func):
    """The text of the value of an attribute, or null. Names need no quoting, see NAME_PATTERN."""

    template = "(%(expressions)s ->> '%(name)s')"
    output_field = TextField()


class _Line(Func):
    """The cells of a user, none of them null, with a line feed. concat_ws() would be slower."""

    template = r"%(expressions)s || E'\n'"
    arg_joiner = " || ',' || "
    output_field = TextField()


_CELLS: Final = (
    _Guarded("email"),
    _Quoted("external_id"),
    _Quoted("name"),
    _Quoted("phone"),
    Cast("is_active", TextField()),
    Cast("must_change_password", TextField()),
)


def _line(attributes: Sequence[str]) -> _Line:
    return _Line(*_CELLS, *(_Quoted(_Value("attributes", name=name)) for name in attributes))


def _header(attributes: Sequence[str]) -> bytes:
    """Return the first line. Excel expects no UTF-8 without the byte order mark."""
    names = (*EXPORT_COLUMNS, *(f"attributes.{name}" for name in attributes))
    return f"\ufeff{','.join(names)}\n".encode()


def users_csv(users: QuerySet[User, Any]) -> Iterator[bytes]:
    """Return the bytes of the file, with the users in the order of their ids.

    Each page is read by a statement of its own, and no connection is held while the caller uses
    it. So a slow download holds no snapshot of the database. A user who is created, changed or
    deleted in the meantime may be in the file or not, as before or after the change.
    PostgreSQL joins the lines of a page. With COPY, Python would read each line by itself.
    """
    attributes = list(declared_attributes())
    line = _line(attributes)
    release_connection()
    yield _header(attributes)
    before: int | None = 0
    while before is not None:
        end = before + _PAGE
        page = users.filter(pk__gt=before, pk__lte=end)
        lines = page.aggregate(lines=StringAgg(line, "", order_by="pk", default=""))["lines"]
        before = end if lines else _before_next_user(end)
        release_connection()
        if lines:
            yield lines.encode()


def _before_next_user(last: int) -> int | None:
    """Return the id before that of the first user behind `last`, or `None` if there is none."""
    ids = User.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)
    first = ids.first()
    return None if first is None else first - 1

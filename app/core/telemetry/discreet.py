"""What the log says of errors of the database: PostgreSQL's messages quote rows.

After the first line stand the values of the row that broke a rule, or the one that COPY was at.
The first line names tables, columns and rules, except of values that cannot be read.
"""

import logging
import re
import traceback
from collections.abc import Iterator
from copy import copy

import django.db
import psycopg

_QUOTED = (psycopg.DataError, django.db.DataError)


def describe(error: BaseException) -> str:
    """Its message, without what may be of a row."""
    if not isinstance(error, psycopg.Error | django.db.Error):
        return str(error)
    if isinstance(error, _QUOTED):
        return "(not shown: it may quote a value)"
    return str(error).partition("\n")[0]


class DiscreetFilter(logging.Filter):
    """Gives handlers a record that has such messages described, in its text and its traceback."""

    def filter(self, record: logging.LogRecord) -> logging.LogRecord:
        """The record, or another in its place."""
        error = record.exc_info[1] if record.exc_info else None
        hidden = [e for e in _chain(error) if describe(e) != str(e)]
        if not hidden:
            return record
        shown = copy(record)
        shown.msg, shown.args = _without(record.getMessage(), hidden), ()
        text = "".join(traceback.format_exception(error)).rstrip("\n")
        shown.exc_info, shown.exc_text = None, _without(text, hidden)
        return shown


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error and what it came from, each once."""
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        if (one := waiting.pop()) is not None and id(one) not in seen:
            seen.add(id(one))
            waiting += [one.__cause__, one.__context__, *getattr(one, "exceptions", ())]
            yield one


def _without(text: str, hidden: list[BaseException]) -> str:
    """Celery's message has them as repr shows them; that of one may be a part of another's."""
    said = {form(error): describe(error) for error in hidden for form in (repr, str)}
    for quoted in sorted(said, key=len, reverse=True):
        lines = r"\n[ |]*".join(map(re.escape, quoted.split("\n")))  # a group's are indented
        text = re.sub(lines, said[quoted].replace("\\", r"\\"), text)
    return text

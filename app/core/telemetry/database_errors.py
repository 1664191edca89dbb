"""Database errors in the log, without the values of rows.

After its first line, a message of PostgreSQL quotes the row that violates a constraint, or the row
that COPY is reading. The first line names tables, columns and constraints only, unless it is about
a value that PostgreSQL cannot read.
"""

import logging
import re
import traceback
from collections.abc import Iterator
from copy import copy

import django.db
import psycopg

_QUOTING_ERRORS = (psycopg.DataError, django.db.DataError)


def describe(error: BaseException) -> str:
    """Return the message of the error without values of a row."""
    if not isinstance(error, psycopg.Error | django.db.Error):
        return str(error)
    if isinstance(error, _QUOTING_ERRORS):
        return "(not shown: it may quote a value)"
    return str(error).partition("\n")[0]


class DatabaseErrorFilter(logging.Filter):
    """A filter that removes values of rows from the message and the traceback of a record."""

    def filter(self, record: logging.LogRecord) -> logging.LogRecord:
        """Return the record, or a copy without values if the record has any."""
        error = record.exc_info[1] if record.exc_info else None
        hidden = [e for e in _chain(error) if describe(e) != str(e)]
        if not hidden:
            return record
        clean = copy(record)
        clean.msg, clean.args = _replace(record.getMessage(), hidden), ()
        text = "".join(traceback.format_exception(error)).rstrip("\n")
        clean.exc_info, clean.exc_text = None, _replace(text, hidden)
        return clean


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """Yield the error, its causes and its contexts, each once."""
    seen: set[int] = set()
    pending: list[BaseException | None] = [error]
    while pending:
        if (current := pending.pop()) is not None and id(current) not in seen:
            seen.add(id(current))
            pending += [current.__cause__, current.__context__]
            pending += getattr(current, "exceptions", ())
            yield current


def _replace(text: str, errors: list[BaseException]) -> str:
    """Replace the messages of the errors in the text.

    Celery's log lines contain the repr of an error. Longer messages are replaced first, because one
    may contain another.
    """
    described = {form(error): describe(error) for error in errors for form in (repr, str)}
    for message in sorted(described, key=len, reverse=True):
        # The lines of an exception group are indented.
        pattern = r"\n[ |]*".join(map(re.escape, message.split("\n")))
        text = re.sub(pattern, described[message].replace("\\", r"\\"), text)
    return text

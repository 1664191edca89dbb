"""Connections that keep their state between transactions, past a pooler.

A pooler lends a connection to PostgreSQL for one transaction. The next one may get another, and
whatever the session had, such as an advisory lock, stays with the first (ADR 43).
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections


@contextmanager
def own_session() -> Iterator[None]:
    """Let all statements of the body use one connection to PostgreSQL itself.

    Without a pooler every connection is of this kind. Not allowed in a transaction.
    """
    before = connections[DEFAULT_DB_ALIAS]
    if settings.DIRECT_DATABASE in settings.DATABASES:
        connections[DEFAULT_DB_ALIAS] = connections[settings.DIRECT_DATABASE]
    try:
        yield
    finally:
        connections[DEFAULT_DB_ALIAS] = before

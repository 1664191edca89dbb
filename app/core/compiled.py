"""Look-ups whose SQL is made once.

Django's ORM builds and compiles a query for each use. Of a row by its key, which every request
asks for, that takes several times as long as PostgreSQL and the driver do.
"""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, models
from django.db.models.expressions import RawSQL


class CompiledLookup[M: models.Model]:
    """The row of a queryset that has a given key: what `.filter(pk=key).first()` would find.

    For models whose values PostgreSQL's driver gives as they are (no `from_db_value`).
    """

    _KEY = object()
    """Stands where the key will be."""

    def __init__(self, queryset: Callable[[], models.QuerySet[M]]) -> None:
        """The queryset is asked for at the first use, when all models are loaded."""
        self._make = queryset

    def find(self, key: int) -> M | None:
        """The row with its annotations, or None."""
        sql, parameters = self._statement
        with connection.cursor() as cursor:
            cursor.execute(sql, [key if p is self._KEY else p for p in parameters])
            row = cursor.fetchone()
        return None if row is None else self._load(row)

    @cached_property
    def _queryset(self) -> models.QuerySet[M]:
        key = RawSQL("%s", [self._KEY])
        return self._make().filter(pk=key).order_by()

    @cached_property
    def _statement(self) -> tuple[str, tuple[Any, ...]]:
        sql, parameters = self._queryset.query.sql_with_params()
        return sql, tuple(parameters)

    @cached_property
    def _columns(self) -> list[str]:
        return [field.attname for field in self._queryset.model._meta.concrete_fields]

    def _load(self, row: tuple[Any, ...]) -> M:
        """The model's own columns come first, its annotations after them."""
        own = len(self._columns)
        instance = self._queryset.model.from_db(DEFAULT_DB_ALIAS, self._columns, row[:own])
        for name, value in zip(self._queryset.query.annotation_select, row[own:], strict=True):
            setattr(instance, name, value)
        return instance

"""Look-ups whose SQL is made once.

Django's ORM builds and compiles a query for each use. Of a row by its key, which every request
asks for, that takes several times as long as PostgreSQL and the driver do.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from django.db import DEFAULT_DB_ALIAS, connection, models
from django.db.models.expressions import RawSQL

from core.postgres.prepared import prepared_cursor

_KEY: Final = object()
"""Stands among the parameters where the key will be."""


@dataclass(frozen=True)
class _Compiled:
    """`columns` are the model's own, which come first; `converters` are the ORM's, by position."""

    sql: str
    parameters: tuple[Any, ...]
    columns: list[str]
    annotations: list[str]
    converters: dict[int, Any]

    def parameters_for(self, key: object) -> list[Any]:
        """With the key in its place."""
        return [key if parameter is _KEY else parameter for parameter in self.parameters]


class CompiledLookup[M: models.Model]:
    """The row of a queryset that has a given key: what `.filter(**{by: key}).first()` would find.

    `by`: a unique field.
    """

    def __init__(self, queryset: Callable[[], models.QuerySet[M]], *, by: str = "pk") -> None:
        """The queryset is asked for at the first use, when all models are loaded."""
        self._queryset = queryset
        self._by = by

    def find(self, key: object) -> M | None:
        """The row with its annotations, or None."""
        compiled = self._compiled
        with prepared_cursor() as cursor:
            cursor.execute(compiled.sql, compiled.parameters_for(key))
            row = cursor.fetchone()
        return None if row is None else self._load(list(row))

    @cached_property
    def _model(self) -> type[M]:
        return self._queryset().model

    @cached_property
    def _compiled(self) -> _Compiled:
        key = RawSQL("%s", [_KEY])
        query = self._queryset().filter(**{self._by: key}).order_by().query
        compiler = query.get_compiler(DEFAULT_DB_ALIAS)
        sql, parameters = compiler.as_sql()
        return _Compiled(
            sql=sql,
            parameters=tuple(parameters),
            columns=[field.attname for field in self._model._meta.concrete_fields],
            annotations=list(query.annotation_select),
            converters=compiler.get_converters([column for column, *_ in compiler.select]),
        )

    def _load(self, row: list[Any]) -> M:
        compiled = self._compiled
        for position, (converters, expression) in compiled.converters.items():
            for convert in converters:
                row[position] = convert(row[position], expression, connection)
        own = len(compiled.columns)
        instance = self._model.from_db(DEFAULT_DB_ALIAS, compiled.columns, row[:own])
        for name, value in zip(compiled.annotations, row[own:], strict=True):
            setattr(instance, name, value)
        return instance

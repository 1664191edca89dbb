"""Lookups whose SQL is compiled once.

Django's ORM builds and compiles a query at each use. For a row by its key, which every request
needs, that takes several times as long as PostgreSQL and the driver (ADR 22).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from django.db import DEFAULT_DB_ALIAS, connection, models
from django.db.models.expressions import RawSQL

from core.postgres.prepared import prepared_cursor

_KEY: Final = object()
"""A placeholder for the key among the parameters."""


@dataclass(frozen=True)
class _Compiled:
    """A compiled query.

    A row has the model's `columns` first, then the `annotations`. `converters` are the ORM's, by
    position in the row.
    """

    sql: str
    parameters: tuple[Any, ...]
    columns: list[str]
    annotations: list[str]
    converters: dict[int, Any]

    def parameters_for(self, key: object) -> list[Any]:
        return [key if parameter is _KEY else parameter for parameter in self.parameters]


class CompiledLookup[M: models.Model]:
    """The equivalent of `queryset.filter(**{by: key}).first()` for a unique field `by`."""

    def __init__(self, queryset: Callable[[], models.QuerySet[M]], *, by: str = "pk") -> None:
        """Set the lookup. `queryset` is called at the first use, when all models are loaded."""
        self._queryset = queryset
        self._by = by

    def find(self, key: object) -> M | None:
        """Return the object with its annotations, or None."""
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
        width = len(compiled.columns)
        instance = self._model.from_db(DEFAULT_DB_ALIAS, compiled.columns, row[:width])
        for name, value in zip(compiled.annotations, row[width:], strict=True):
            setattr(instance, name, value)
        return instance

"""Lists whose SQL is compiled once for each shape, and which are read as dicts.

For a page of twenty users, compiling the SQL and building twenty objects takes longer than
PostgreSQL and the driver (ADR 22).
"""

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, cast

from django.core.exceptions import EmptyResultSet, FullResultSet
from django.db import connection, models
from django.db.models.expressions import Col
from django.db.models.lookups import Lookup
from django.db.models.query import ValuesIterable
from django.db.models.sql import Query
from django.db.models.sql.compiler import SQLCompiler

from core.postgres.prepared import prepared_cursor

_MAX_STATEMENTS: Final = 256
"""Statements in the cache. There is one for each page size, which clients choose."""


class CompiledRows[M: models.Model]:
    """A queryset's `.values(*names)`, which can only be filtered, ordered and sliced."""

    def __init__(
        self, queryset: Callable[[], models.QuerySet[M]], names: Callable[[], Sequence[str]]
    ) -> None:
        """Set the list. Both arguments are called at the first use, when all models are loaded."""
        self._queryset = queryset
        self._names = names

    def all(self) -> models.QuerySet[M, dict[str, Any]]:
        return self._rows.all()

    @cached_property
    def _rows(self) -> models.QuerySet[M, dict[str, Any]]:
        """Return the base queryset. It is never evaluated, because it would cache its result."""
        rows = self._queryset().values(*self._names())
        iterable = type("_BoundRows", (_Rows,), {"statements": {}})
        rows._iterable_class = iterable  # noqa: SLF001  # as .values() itself sets it
        return rows


@dataclass(frozen=True)
class _Statement:
    """A compiled query.

    `parameters` precede those of the conditions. `converters` are the ORM's. A statement that
    `has_one_plan` may use prepared_cursor().
    """

    sql: str
    has_one_plan: bool
    parameters: tuple[Any, ...]
    converters: dict[int, Any]


class _Rows(ValuesIterable):
    statements: dict[Hashable, _Statement | None]

    def __iter__(self) -> Iterator[dict[str, Any]]:
        query: Query = self.queryset.query
        conditions = _conditions(query)
        rows = None if conditions is None else self._fetch(query, conditions)
        yield from super().__iter__() if rows is None else rows

    def _fetch(
        self, query: Query, conditions: Sequence[Lookup[Any]]
    ) -> Iterator[dict[str, Any]] | None:
        """Return the rows, or None if the ORM must compile this query itself."""
        compiler = query.get_compiler(self.queryset.db)
        try:
            values = [v for c in conditions for v in c.process_rhs(compiler, connection)[1]]
        except (EmptyResultSet, FullResultSet):  # a number outside the range of its column
            return None
        statement = self._statement(compiler, conditions, values)
        if statement is None:
            return None
        with prepared_cursor() if statement.has_one_plan else connection.cursor() as cursor:
            cursor.execute(statement.sql, [*statement.parameters, *values])
            rows = cursor.fetchall()
        if statement.converters:
            rows = compiler.apply_converters(rows, statement.converters)
        names = list(query.selected or ())
        return (dict(zip(names, row, strict=True)) for row in rows)

    def _statement(
        self, compiler: SQLCompiler, conditions: Sequence[Lookup[Any]], values: Sequence[Any]
    ) -> _Statement | None:
        shape = _shape(compiler.query, conditions)
        try:
            return self.statements[shape]
        except KeyError:
            statement = _compiled(compiler, conditions, values)
        if len(self.statements) >= _MAX_STATEMENTS:
            self.statements.clear()
        self.statements[shape] = statement
        return statement


def _conditions(query: Query) -> list[Lookup[Any]] | None:
    """Return the conditions, or None if their values may change the SQL."""
    where = query.where
    if where.negated or where.connector != "AND" or not all(map(_is_plain, where.children)):
        return None
    return cast("list[Lookup[Any]]", where.children)


def _is_plain(condition: object) -> bool:
    """Return whether a column is compared with a value whose SQL is a plain parameter.

    Booleans, None and lists have other SQL.
    """
    if not (isinstance(condition, Lookup) and isinstance(condition.lhs, Col)):
        return False
    value = condition.rhs
    return not isinstance(value, bool | list | None) and not hasattr(value, "resolve_expression")


def _shape(query: Query, conditions: Sequence[Lookup[Any]]) -> Hashable:
    """Return the values that determine the SQL."""
    columns = tuple((type(c), c.lhs.alias, c.lhs.target) for c in conditions)
    order = query.standard_ordering, tuple(query.order_by)
    return columns, order, query.low_mark, query.high_mark


def _has_one_plan(query: Query, conditions: Sequence[Lookup[Any]]) -> bool:
    """Return whether the query only walks along the index of its order.

    That is true if all conditions compare the ordering column with the position of a cursor.
    """
    order = [str(name).lstrip("-") for name in query.order_by]
    return all(
        condition.lookup_name in {"lt", "gt"} and [condition.lhs.target.name] == order
        for condition in conditions
    )


def _compiled(
    compiler: SQLCompiler, conditions: Sequence[Lookup[Any]], values: Sequence[Any]
) -> _Statement | None:
    """Return the statement, or None if the values are not the last parameters."""
    sql, parameters = compiler.as_sql()
    fixed = len(parameters) - len(values)
    if list(parameters[fixed:]) != list(values):
        return None
    converters = compiler.get_converters([column for column, *_ in compiler.select or ()])
    return _Statement(
        sql=sql,
        has_one_plan=_has_one_plan(compiler.query, conditions),
        parameters=tuple(parameters[:fixed]),
        converters=converters,
    )

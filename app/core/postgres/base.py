"""The database backend. Django finds it by the name of this module."""

from collections.abc import Mapping
from functools import cached_property
from itertools import chain
from select import POLLIN, poll
from types import TracebackType
from typing import Any, Final

from django.db import Error, OperationalError
from django.db.utils import DatabaseErrorWrapper
from django_prometheus.db.backends.postgresql import base
from psycopg import Connection
from psycopg.errors import IdleInTransactionSessionTimeout, ReadOnlySqlTransaction

from core.postgres.prepared import is_outdated_plan

_TRANSIENT: Final = (ReadOnlySqlTransaction, IdleInTransactionSessionTimeout)
"""Errors of a read-only server after a failover, and of a process that was frozen in a transaction.

psycopg raises InternalError for both.
"""


class DatabaseWrapper(base.DatabaseWrapper):  # type: ignore[misc]  # it ships no types
    """A wrapper that takes pool connections without a round trip or new parameters.

    The setting TRANSACTION_PARAMETERS maps parameters of PostgreSQL to their values in each
    transaction.
    """

    @cached_property
    def wrap_database_errors(self) -> DatabaseErrorWrapper:
        """Raise OperationalError for every transient error."""
        return _ErrorWrapper(self)

    def get_connection_params(self) -> dict[str, Any]:
        """Return no parameters if the pool has them. Django would build them for each request."""
        has_pool = self.alias in self._connection_pools
        return {} if has_pool else super().get_connection_params()

    def _set_autocommit(self, autocommit: bool) -> None:
        """Begin or end a transaction. A pooler would forget parameters that are not set in it."""
        super()._set_autocommit(autocommit)
        parameters: Mapping[str, str] = self.settings_dict.get("TRANSACTION_PARAMETERS", {})
        if parameters and not autocommit:
            calls = ", ".join(["set_config(%s, %s, true)"] * len(parameters))
            try:
                with self.cursor() as cursor:
                    cursor.execute(f"SELECT {calls}", [*chain.from_iterable(parameters.items())])
            except Error:
                self.close()  # Django would take it for a connection without a transaction
                raise

    def get_new_connection(self, conn_params: dict[str, Any]) -> Connection[Any]:
        """Return a connection that the server has not closed.

        CONN_HEALTH_CHECKS would cost a round trip.
        """
        connection: Connection[Any] = super().get_new_connection(conn_params)
        while self.pool and _is_closed_by_server(connection):
            connection.close()
            self.pool.putconn(connection)  # the pool replaces it
            connection = super().get_new_connection(conn_params)
        return connection


class _ErrorWrapper(DatabaseErrorWrapper):
    wrapper: DatabaseWrapper

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if exc_value and (isinstance(exc_value, _TRANSIENT) or is_outdated_plan(exc_value)):
            self.wrapper.errors_occurred = True
            raise OperationalError(*exc_value.args).with_traceback(traceback) from exc_value
        super().__exit__(exc_type, exc_value, traceback)


def _is_closed_by_server(connection: Connection[Any]) -> bool:
    """Return whether there is something to read although no query runs.

    It is the server's notice that it closes the connection.
    """
    poller = poll()
    poller.register(connection.fileno(), POLLIN)
    return bool(poller.poll(0))

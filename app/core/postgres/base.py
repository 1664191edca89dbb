"""The backend itself; Django looks for it under this name."""

from functools import cached_property
from select import POLLIN, poll
from types import TracebackType
from typing import Any, Final

from django.db import OperationalError
from django.db.utils import DatabaseErrorWrapper
from django_prometheus.db.backends.postgresql import base
from psycopg import Connection
from psycopg.errors import IdleInTransactionSessionTimeout, ReadOnlySqlTransaction

_PASSING: Final = (ReadOnlySqlTransaction, IdleInTransactionSessionTimeout)
"""The server after a failover, and the end of who was frozen: it is InternalError to psycopg."""


class DatabaseWrapper(base.DatabaseWrapper):  # type: ignore[misc]  # it ships no types
    """Takes a connection from the pool without asking the server, and without making settings."""

    @cached_property
    def wrap_database_errors(self) -> DatabaseErrorWrapper:
        """What passes by itself is an OperationalError, all of it."""
        return _Errors(self)

    def get_connection_params(self) -> dict[str, Any]:
        """None once there is a pool, which has them; Django makes them anew for each request."""
        has_pool = self.alias in self._connection_pools
        return {} if has_pool else super().get_connection_params()

    def get_new_connection(self, conn_params: dict[str, Any]) -> Connection[Any]:
        """One that the server has not ended meanwhile; CONN_HEALTH_CHECKS is a round trip."""
        connection: Connection[Any] = super().get_new_connection(conn_params)
        while self.pool and _has_ended(connection):
            connection.close()
            self.pool.putconn(connection)  # which replaces it
            connection = super().get_new_connection(conn_params)
        return connection


class _Errors(DatabaseErrorWrapper):
    wrapper: DatabaseWrapper

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if isinstance(exc_value, _PASSING):
            self.wrapper.errors_occurred = True
            raise OperationalError(*exc_value.args).with_traceback(traceback) from exc_value
        super().__exit__(exc_type, exc_value, traceback)


def _has_ended(connection: Connection[Any]) -> bool:
    """Whether there is something to read, though nothing was asked: the server's farewell."""
    watch = poll()
    watch.register(connection.fileno(), POLLIN)
    return bool(watch.poll(0))

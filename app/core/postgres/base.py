"""The backend itself; Django looks for it under this name."""

from select import POLLIN, poll
from typing import Any

from django_prometheus.db.backends.postgresql import base
from psycopg import Connection


class DatabaseWrapper(base.DatabaseWrapper):  # type: ignore[misc]  # it ships no types
    """Takes a connection from the pool without asking the server, and without making settings."""

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


def _has_ended(connection: Connection[Any]) -> bool:
    """Whether there is something to read, though nothing was asked: the server's farewell."""
    watch = poll()
    watch.register(connection.fileno(), POLLIN)
    return bool(watch.poll(0))

"""Parameters of the role that all processes connect with."""

from collections.abc import Mapping

from django.db import connection
from psycopg import sql


def set_defaults(parameters: Mapping[str, str]) -> None:
    """Let all later connections of this role to this database begin with these parameters."""
    statement = sql.SQL("ALTER ROLE CURRENT_USER IN DATABASE {} SET {} = {}")
    database = sql.Identifier(str(connection.settings_dict["NAME"]))
    with connection.cursor() as cursor:
        for name, value in parameters.items():
            cursor.execute(statement.format(database, sql.Identifier(name), sql.Literal(value)))

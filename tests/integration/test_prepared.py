"""Prepared statements outlive a migration that changes the type of one of their columns."""

from collections.abc import Iterator

import pytest
from django.db import OperationalError, connection, transaction

from core.postgres.prepared import prepared_cursor

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def table() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE prepared_test (label varchar(8))")
        cursor.execute("INSERT INTO prepared_test VALUES ('first')")
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE prepared_test")


def label() -> str:
    with prepared_cursor() as cursor:
        cursor.execute("SELECT label FROM prepared_test")
        return str(cursor.fetchone()[0])


def migrate(width: int) -> None:
    """Change the type as another process does, of which psycopg would not notice anything."""
    connection.connection.pgconn.exec_(
        f"ALTER TABLE prepared_test ALTER label TYPE varchar({width})".encode()
    )


def prepared_statements() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements")
        return int(cursor.fetchone()[0])


def test_a_statement_is_prepared_again_after_a_change_of_its_columns() -> None:
    for width in (16, 32):
        assert label() == "first"
        assert prepared_statements() > 0
        migrate(width)
    assert label() == "first"


def test_in_a_transaction_the_error_is_a_transient_one_and_happens_once() -> None:
    label()
    migrate(16)
    with pytest.raises(OperationalError, match="cached plan"), transaction.atomic():
        label()
    with transaction.atomic():
        assert label() == "first"

"""Errors of PostgreSQL that a retry can solve, and those that it cannot."""

import pytest
from django.db import DataError, InternalError, OperationalError, connection, transaction
from psycopg.errors import IdleInTransactionSessionTimeout

from local.waiting import wait_until
from tests.threads import other_connection
from users_uc.models import User

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_read_only_transaction_raises_an_operational_error() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION READ ONLY")
        with pytest.raises(OperationalError, match="read-only"):
            User.objects.create_user("a@x.com", "tall horse battery")


def test_an_idle_transaction_is_terminated_with_an_operational_error() -> None:
    """A stalled process leaves such a transaction. Django makes a new connection afterwards."""
    with connection.cursor() as cursor, other_connection(autocommit=True) as other:
        cursor.execute("BEGIN")
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 1")
        pid = connection.connection.info.backend_pid
        count = "SELECT count(*) FROM pg_stat_activity WHERE pid = %s"
        is_terminated = lambda: other.execute(count, [pid]).fetchone() == (0,)  # noqa: E731
        wait_until(is_terminated, timeout=10, what="PostgreSQL must terminate the connection")
    try:
        with pytest.raises(OperationalError, match=r"idle-in-transaction|server closed"):
            User.objects.exists()
    finally:
        connection.close_if_unusable_or_obsolete()  # the tests that follow need a connection
    assert not User.objects.exists()


def test_the_reason_of_a_terminated_transaction_is_an_operational_error() -> None:
    """The test above gets this error only if PostgreSQL's last words arrive before its reset."""
    with pytest.raises(OperationalError, match="idle"), connection.wrap_database_errors:
        raise IdleInTransactionSessionTimeout("idle-in-transaction timeout")


def test_a_statement_after_a_failed_one_raises_an_internal_error() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        with pytest.raises(DataError):
            cursor.execute("SELECT 1 / 0")
        with pytest.raises(InternalError):
            cursor.execute("SELECT 1")

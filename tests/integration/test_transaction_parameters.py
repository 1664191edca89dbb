"""Parameters of PostgreSQL that a process behind a pooler sets in each transaction."""

import pytest
from django.db import DataError, connection, transaction

pytestmark = pytest.mark.django_db(transaction=True)


def lock_timeout() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        return str(cursor.fetchone()[0])


def set_parameters(monkeypatch: pytest.MonkeyPatch, **parameters: str) -> None:
    monkeypatch.setitem(connection.settings_dict, "TRANSACTION_PARAMETERS", parameters)


def test_they_hold_until_the_end_of_the_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    before = lock_timeout()
    set_parameters(monkeypatch, lock_timeout="7s", statement_timeout="70s")
    for _ in range(2):
        with transaction.atomic(), transaction.atomic():
            assert lock_timeout() == "7s"
        assert lock_timeout() == before != "7s"


def test_the_next_statement_after_a_failed_beginning_is_no_transaction(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    set_parameters(monkeypatch, lock_timeout="long")
    with pytest.raises(DataError), transaction.atomic():
        pass
    assert lock_timeout()
    assert connection.get_autocommit()
    assert connection.connection.autocommit

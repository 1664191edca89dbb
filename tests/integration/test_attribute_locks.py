"""The lock between stored values and declarations, and the removal of values."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from tests.threads import other_connection, while_blocked_by
from users_uc import declarations
from users_uc.attribute_queries import _LOCK, lock_declarations, lock_values
from users_uc.declarations import ConflictError
from users_uc.models import Attribute, User
from users_uc.tasks import remove_values_of_deleted_attributes

INSERT = """
    INSERT INTO users_uc_attribute (name, type, choices, required, label_en, label_pt_br, headers)
    VALUES ('first', 'text', '{}', false, '', '', '{}')
"""


def try_to_change_declarations() -> bool:
    """Return whether another connection may change the declarations now."""
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '100ms'")
            lock_declarations()
    except OperationalError:
        return False
    else:
        return True
    finally:
        connection.close()


def declare_second() -> None:
    """Declare an attribute, which the limit forbids."""
    with pytest.raises(ConflictError, match="There are 1 attributes already"):
        declarations.save(Attribute(name="second", type="text"))


def remove_values() -> None:
    """Run the task on another connection."""
    try:
        remove_values_of_deleted_attributes()
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_declarations_do_not_change_while_values_are_stored() -> None:
    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            lock_values()
            assert not other.submit(try_to_change_declarations).result(30)
        assert other.submit(try_to_change_declarations).result(30)


@pytest.mark.django_db(transaction=True)
def test_parallel_declarations_keep_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("users_uc.declarations.MAX_ATTRIBUTES", 1)
    with other_connection() as other:
        other.execute(_LOCK.format(""))
        other.execute(INSERT)
        with while_blocked_by(other, declare_second):
            pass
    assert Attribute.objects.get().name == "first"


@pytest.mark.django_db(transaction=True)
def test_the_value_of_a_locked_user_is_removed_by_a_later_run(charlie: User) -> None:
    free = User.objects.create_user("ann@example.com", attributes={"old": 1, "floor": 2})
    User.objects.filter(pk=charlie.pk).update(attributes={"old": 1})
    Attribute.objects.create(name="old", type="integer", deleted_at=timezone.now())
    with ThreadPoolExecutor(1) as other, transaction.atomic():
        User.objects.select_for_update().get(pk=charlie.pk)
        other.submit(remove_values).result(30)
    free.refresh_from_db()
    charlie.refresh_from_db()
    assert (free.attributes, charlie.attributes) == ({"floor": 2}, {"old": 1})
    assert Attribute.objects.exists()
    remove_values_of_deleted_attributes()
    charlie.refresh_from_db()
    assert charlie.attributes == {}
    assert not Attribute.objects.exists()


@pytest.mark.django_db
def test_all_batches_are_removed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("users_uc.declarations._BATCH", 2)
    User.objects.bulk_create(
        User(email=f"u{number}@example.com", attributes={"old": number}) for number in range(5)
    )
    Attribute.objects.create(name="old", type="integer", deleted_at=timezone.now())
    remove_values_of_deleted_attributes()
    assert set(map(str, User.objects.values_list("attributes", flat=True))) == {"{}"}
    assert not Attribute.objects.exists()

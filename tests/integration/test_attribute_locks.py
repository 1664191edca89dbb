"""The lock between stored values and declarations, and the removal of values."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from users_uc.attribute_queries import lock_declarations, lock_values
from users_uc.models import Attribute, User
from users_uc.tasks import remove_values_of_deleted_attributes


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

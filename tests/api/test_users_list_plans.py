"""GET users/: an index serves each filter and each order, so the cost does not grow."""

import pytest
from django.db import connection

from users_uc.filters import filter_users
from users_uc.models import User
from users_uc.visibility import visible_users


@pytest.mark.parametrize(
    ("params", "index", "condition"),
    [
        ({}, "users_uc_user_pkey", ""),
        ({"ordering": "id"}, "users_uc_user_pkey", ""),
        ({"ordering": "-email"}, "user_email_unique", ""),
        ({"search": "ann@"}, "user_email_unique", ">= 'ann@'"),
        ({"search": "a_b", "ordering": "-email"}, "user_email_unique", ">= 'a_b'"),
        ({"is_active": "false"}, "user_inactive", ""),
    ],
    ids=str,
)
def test_a_page_is_read_from_an_index(
    bob: User, params: dict[str, str], index: str, condition: str
) -> None:
    page = filter_users(visible_users(bob), params)[:21]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")  # PostgreSQL scans small tables
        cursor.execute("SET LOCAL enable_sort = off")
    plan = page.explain()
    assert f" using {index} on users_uc_user" in plan
    assert "Sort" not in plan
    assert condition in plan


def test_the_users_of_an_import_are_found_by_an_index(bob: User) -> None:
    users = filter_users(visible_users(bob), {"import": "0" * 32}).order_by()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "Bitmap Index Scan on user_import_brin" in users.explain()

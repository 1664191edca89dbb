"""`CompiledRows` compared with `values()` of the ORM."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.db.models import F, Q, QuerySet
from pytest_django import DjangoAssertNumQueries

from core.postgres import compiled_rows
from core.postgres.compiled_rows import CompiledRows
from tasks.models import ImportJob
from tests.imports import make_job
from users_uc.models import User
from users_uc.serializers.users import UserSerializer
from users_uc.user_queries import users_with_rights

pytestmark = pytest.mark.django_db

NAMES = UserSerializer.shown_names()
IMPORT = UUID(int=5)

type Rows = QuerySet[User, dict[str, Any]]


@pytest.fixture
def rows() -> CompiledRows[User]:
    for number in range(1, 31):
        User.objects.create_user(
            f"p{number:02}@x.com",
            is_active=number % 3 > 0,
            import_id=IMPORT if number > 9 else None,
        )
    return CompiledRows(users_with_rights, lambda: NAMES)


QUERIES: list[Callable[[Rows], Rows]] = [
    lambda rows: rows.order_by("id"),
    lambda rows: rows.order_by("-id")[:7],
    lambda rows: rows.order_by("-id").reverse()[:7],
    lambda rows: rows.filter(id__lt=10**20).order_by("id"),
    lambda rows: rows.filter(id__gt=10**20).order_by("id"),
    lambda rows: rows.order_by("email")[3:9],
    lambda rows: rows.filter(email__startswith="p1").order_by("email"),
    lambda rows: rows.filter(email__startswith="p%").order_by("email"),
    lambda rows: rows.filter(import_id=IMPORT, email__lt="p20@x.com").order_by("-email")[:5],
    lambda rows: rows.filter(import_id=None).order_by("id"),
    lambda rows: rows.filter(is_active=True).order_by("id"),
    lambda rows: rows.filter(is_active=False, email__gt="p10@x.com").order_by("id"),
    lambda rows: rows.filter(Q(email="p01@x.com") | Q(email="p02@x.com")).order_by("id"),
    lambda rows: rows.exclude(email="p01@x.com").order_by("id"),
    lambda rows: rows.filter(id__in=[1, 2]).order_by("id"),
    lambda rows: rows.filter(name=F("phone")).order_by("id")[:2],
    lambda rows: rows.filter(can_import=False).order_by("id")[:2],  # type: ignore[misc]
    lambda rows: rows.none(),
]


@pytest.mark.parametrize("query", QUERIES)
def test_rows_equal_those_of_the_orm(
    query: Callable[[Rows], Rows], rows: CompiledRows[User]
) -> None:
    """Each query runs twice, because the second run reuses the compiled statement."""
    for _ in range(2):
        assert list(query(rows.all())) == list(query(users_with_rights().values(*NAMES)))


def test_a_compiled_statement_is_reused_with_other_values(rows: CompiledRows[User]) -> None:
    """Fails if values are stored with the statement."""
    for prefix in ("p0", "p1", "p2"):
        found = rows.all().filter(email__startswith=prefix).order_by("email")
        assert {row["email"][:2] for row in found} == {prefix}
    for email in ("p03@x.com", "p20@x.com"):
        (row,) = rows.all().filter(email=email).order_by("email")
        assert row["email"] == email


def test_a_query_is_compiled_once(
    rows: CompiledRows[User], monkeypatch: pytest.MonkeyPatch
) -> None:
    list(rows.all().filter(email="p01@x.com").order_by("email")[:5])
    monkeypatch.setattr(compiled_rows, "_compiled", None)
    assert len(rows.all().filter(email="p02@x.com").order_by("email")[:5]) == 1


def test_the_number_of_kept_statements_is_limited(
    rows: CompiledRows[User], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compiled_rows, "_MAX_STATEMENTS", 2)
    for size in (1, 2, 3, 1):
        assert len(rows.all().order_by("id")[:size]) == size
    (statements,) = [rows.all()._iterable_class.statements]  # type: ignore[attr-defined]
    assert len(statements) == 2


def test_a_list_is_one_query(
    rows: CompiledRows[User], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        list(rows.all().order_by("id")[:5])


def test_values_are_converted_as_by_the_orm(bob: User) -> None:
    job = make_job("email\nann@x.com\n", owner=bob)
    job.options = {"mode": "upsert", "columns": {"a": None}}
    job.save()
    jobs = CompiledRows(ImportJob.objects.all, lambda: ["id", "options", "created_at"])
    expected = ImportJob.objects.values("id", "options", "created_at").get()
    assert list(jobs.all().order_by("id")) == [expected]
    assert expected["options"] == job.options


@pytest.mark.parametrize(
    ("query", "prepared"),
    [
        (lambda rows: rows.order_by("-id"), 1),
        (lambda rows: rows.filter(email__gt="p1").order_by("email"), 1),
        (lambda rows: rows.filter(email__startswith="p1").order_by("email"), 0),
        (lambda rows: rows.filter(email__startswith="p1", id__lt=9).order_by("-id"), 0),
        (lambda rows: rows.filter(import_id=IMPORT).order_by("-id"), 0),
        (lambda rows: rows.filter(import_id=IMPORT, is_active=True).order_by("-id"), 0),
    ],
)
def test_only_statements_with_one_plan_for_all_values_are_prepared(
    query: Callable[[Rows], Rows], prepared: int, rows: CompiledRows[User]
) -> None:
    """Fails if PostgreSQL may reuse a plan that ignores the value of the filter."""
    for _ in range(8):
        list(query(rows.all())[:4])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s",
            ['%FROM "users_uc_user"%LIMIT 4'],
        )
        assert cursor.fetchone() == (prepared,)

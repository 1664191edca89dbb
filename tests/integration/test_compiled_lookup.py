"""`CompiledLookup` compared with the ORM's queries."""

import uuid

import pytest
from django.db import connection
from django.db.models import F, QuerySet, Value
from pytest_django import DjangoAssertNumQueries

from core.postgres.compiled_lookup import CompiledLookup
from tasks.models import ImportJob
from tests.imports import make_job
from users_uc.models import User
from users_uc.user_queries import find_user, users_with_rights


def column_values(found: object) -> dict[str, object]:
    """Return all columns and annotations of the object."""
    return {name: value for name, value in vars(found).items() if name != "_state"}


def test_a_lookup_returns_the_row_with_its_annotations(bob: User, charlie: User) -> None:
    for user in (bob, charlie):
        found = find_user(user.pk)
        assert found == user
        assert column_values(found) == column_values(users_with_rights().get(pk=user.pk))


def test_a_lookup_returns_none_for_an_unknown_id(charlie: User) -> None:
    assert find_user(charlie.pk + 1) is None


def test_a_lookup_can_use_another_unique_field(bob: User, charlie: User) -> None:
    lookup = CompiledLookup(User.objects.all, by="email")
    for user in (charlie, bob):
        found = lookup.find(user.email)
        assert column_values(found) == column_values(User.objects.get(email=user.email))
    assert lookup.find(bob.email.upper()) is None


def test_a_lookup_is_one_query(
    bob: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        find_user(bob.pk)


def test_a_found_object_can_be_saved(charlie: User) -> None:
    found = find_user(charlie.pk)
    assert found is not None
    found.name = "Carl"
    found.save(update_fields=["name"])
    charlie.refresh_from_db()
    assert charlie.name == "Carl"


def test_values_are_converted_as_by_the_orm(bob: User) -> None:
    job = make_job("email\nann@x.com\n", owner=bob)
    job.options = {"mode": "upsert", "columns": {"a": None}}
    job.save()
    found = CompiledLookup(ImportJob.objects.all).find(job.id)
    assert column_values(found) == column_values(ImportJob.objects.get(id=job.id))
    assert CompiledLookup(ImportJob.objects.all).find(uuid.uuid4()) is None


def test_conditions_and_parameters_of_the_queryset_apply(bob: User, charlie: User) -> None:
    def staff() -> QuerySet[User]:
        return User.objects.annotate(greeting=Value("hello"), again=F("id")).filter(is_staff=True)

    lookup = CompiledLookup(staff)
    assert lookup.find(charlie.pk) is None
    found = lookup.find(bob.pk)
    assert found is not None
    assert (found.greeting, found.again) == ("hello", bob.pk)  # type: ignore[attr-defined]


def test_the_queryset_is_built_and_compiled_once(bob: User) -> None:
    calls = []

    def users() -> QuerySet[User]:
        calls.append(1)
        return User.objects.all()

    lookup = CompiledLookup(users)
    lookup.find(bob.pk)
    before = len(calls)
    lookup.find(bob.pk)
    assert len(calls) == before


@pytest.mark.usefixtures("bob")
def test_a_repeated_statement_is_prepared() -> None:
    for _ in range(4):
        find_user(1)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s",
            ['%"email_verified" FROM "users_uc_user" WHERE%'],
        )
        assert cursor.fetchone() == (1,)

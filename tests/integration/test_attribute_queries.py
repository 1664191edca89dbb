"""Queries of declared attributes."""

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from users_uc.attribute_queries import declared_attributes
from users_uc.attributes.declared import AttributeType, DeclaredAttribute
from users_uc.models import Attribute, User


@pytest.mark.django_db
def test_one_query_returns_the_declarations_by_name(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    Attribute.objects.create(name="since", type="date", required=True, label_en="Since")
    Attribute.objects.create(
        name="department", type="choice", choices=["Sales"], headers=["Abteilung"],
        label_pt_br="Departamento",
    )  # fmt: skip
    Attribute.objects.create(name="old", type="text", deleted_at=timezone.now())
    with django_assert_num_queries(1):
        declared = declared_attributes()
    department = DeclaredAttribute(
        name="department",
        type=AttributeType.CHOICE,
        choices=("Sales",),
        headers=("Abteilung",),
        labels={"pt-br": "Departamento"},
    )
    since = DeclaredAttribute(
        name="since", type=AttributeType.DATE, required=True, labels={"en": "Since"}
    )
    assert list(declared.items()) == [("department", department), ("since", since)]


@pytest.mark.django_db
def test_a_user_has_no_attributes_by_default() -> None:
    user = User.objects.create_user("ann@example.com")
    user.refresh_from_db()
    assert user.attributes == {}

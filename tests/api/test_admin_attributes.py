"""Attributes in the admin."""

from typing import Any

import pytest
from django.test import Client

from users_uc.models import Attribute, User

PAGE = "/admin/users_uc/attribute/"
FORM = {
    "name": "department",
    "type": "choice",
    "choices": "Sales\r\n\r\n Legal \r\n",
    "label_en": "Department",
    "headers": "Abteilung",
}


@pytest.fixture
def as_admin(alice: User) -> Client:
    """Return Alice's browser."""
    client = Client()
    client.force_login(alice)
    return client


@pytest.fixture
def department(db: None) -> Attribute:
    """Declare the attribute `department`."""
    return Attribute.objects.create(name="department", type="choice", choices=["Sales", "Legal"])


def test_a_superuser_declares_an_attribute(as_admin: Client) -> None:
    assert as_admin.get(f"{PAGE}add/").status_code == 200
    assert as_admin.post(f"{PAGE}add/", FORM).status_code == 302
    attribute = Attribute.objects.get()
    assert (attribute.choices, attribute.headers) == (["Sales", "Legal"], ["Abteilung"])


@pytest.mark.parametrize(
    "change",
    [
        {"name": "Department"},
        {"name": "email"},
        {"type": "text"},
        {"choices": ""},
        {"choices": "Sales\nsales"},
        {"choices": "a" * 151},
        {"headers": "\n".join(map(str, range(51)))},
    ],
    ids=str,
)
def test_an_invalid_declaration_is_rejected(as_admin: Client, change: dict[str, Any]) -> None:
    answer = as_admin.post(f"{PAGE}add/", FORM | change)
    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors
    assert not Attribute.objects.exists()


def test_the_rules_for_changes_are_those_of_the_api(
    as_admin: Client, department: Attribute, charlie: User
) -> None:
    url = f"{PAGE}{department.pk}/change/"
    User.objects.filter(pk=charlie.pk).update(attributes={"department": "Sales"})
    assert b"Sales\nLegal" in as_admin.get(url).content
    answer = as_admin.post(url, FORM | {"choices": "Legal", "name": "unit"})
    assert "'Sales'" in answer.content.decode().replace("&#x27;", "'")
    assert as_admin.post(url, FORM | {"choices": "Sales", "name": "unit"}).status_code == 302
    department.refresh_from_db()
    assert (department.name, department.choices) == ("department", ["Sales"])


@pytest.mark.parametrize("by_action", [False, True])
def test_a_deleted_attribute_is_hidden(
    as_admin: Client, department: Attribute, *, by_action: bool
) -> None:
    if by_action:
        action = {"action": "delete_selected", "_selected_action": department.pk, "post": "yes"}
        as_admin.post(PAGE, action)
    else:
        as_admin.post(f"{PAGE}{department.pk}/delete/", {"post": "yes"})
    department.refresh_from_db()
    assert department.deleted_at is not None
    assert as_admin.get(f"{PAGE}{department.pk}/change/")["Location"] == "/admin/"


def test_the_values_of_a_user_are_shown(as_admin: Client, charlie: User) -> None:
    User.objects.filter(pk=charlie.pk).update(attributes={"department": "Sales"})
    page = as_admin.get(f"/admin/users_uc/user/{charlie.pk}/change/").content.decode()
    assert "&quot;department&quot;: &quot;Sales&quot;" in page

"""GET, POST, PUT, PATCH and DELETE of attributes/: the declarations."""

from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks
from rest_framework.test import APIClient

from tests.api.answers import assert_error
from users_uc.attributes.declared import MAX_ATTRIBUTES
from users_uc.models import Attribute, User
from users_uc.tasks import remove_values_of_deleted_attributes

URL = "/api/v1/attributes/"
DEPARTMENT = {
    "name": "department",
    "type": "choice",
    "choices": ["Sales", "Área técnica"],
    "required": False,
    "label_en": "Department",
    "label_pt_br": "Departamento",
    "headers": ["Abteilung", "Dept."],
}


@pytest.fixture
def department(db: None) -> Attribute:
    """Declare the attribute `department`."""
    return Attribute.objects.create(**DEPARTMENT)


@pytest.fixture
def salesman(charlie: User, department: Attribute) -> User:
    """Return a user with a department."""
    User.objects.filter(pk=charlie.pk).update(attributes={"department": "Sales"})
    return charlie


def test_a_superuser_declares_an_attribute(as_alice: APIClient) -> None:
    answer = as_alice.post(URL, DEPARTMENT)
    assert answer.status_code == 201
    assert answer.json() == DEPARTMENT | {"label": "Department"}
    assert as_alice.get(answer["Location"]).json() == answer.json()


def test_a_declaration_needs_only_a_name_and_a_type(as_alice: APIClient) -> None:
    answer = as_alice.post(URL, {"name": "floor", "type": "integer"})
    assert answer.status_code == 201
    assert answer.json() == {
        "name": "floor", "type": "integer", "choices": [], "required": False, "label": "floor",
        "label_en": "", "label_pt_br": "", "headers": [],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("language", "labels", "label"),
    [
        ("en", ("Department", "Departamento"), "Department"),
        ("pt-BR", ("Department", "Departamento"), "Departamento"),
        ("pt-BR", ("Department", ""), "Department"),
        ("en", ("", "Departamento"), "Departamento"),
        ("en", ("", ""), "department"),
    ],
)
def test_the_label_is_in_the_language_of_the_request(
    as_bob: APIClient, department: Attribute, language: str, labels: tuple[str, str], label: str
) -> None:
    Attribute.objects.update(label_en=labels[0], label_pt_br=labels[1])
    answer = as_bob.get(f"{URL}department/", HTTP_ACCEPT_LANGUAGE=language)
    assert answer.json()["label"] == label


def test_staff_list_the_attributes_by_name(
    as_bob: APIClient, department: Attribute, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    Attribute.objects.create(name="born_on", type="date")
    Attribute.objects.create(name="old", type="date", deleted_at=timezone.now())
    with django_assert_num_queries(2):  # the token's user; the page
        answer = as_bob.get(URL)
    assert [one["name"] for one in answer.json()["results"]] == ["born_on", "department"]


@pytest.mark.parametrize(
    ("change", "errors"),
    [
        ({"name": "Department"}, {"name": "invalid"}),
        ({"name": "a" * 64}, {"name": "max_length"}),
        ({"name": "1a"}, {"name": "invalid"}),
        ({"name": 5}, {"name": "invalid"}),
        ({"name": "email"}, {"name": "reserved_name"}),
        ({"type": "json"}, {"type": "invalid_choice"}),
        ({"type": "text"}, {"choices": "invalid_choices"}),
        ({"choices": []}, {"choices": "invalid_choices"}),
        ({"choices": ["Sales", " sales"]}, {"choices": "duplicate_choice"}),
        ({"choices": ["Sales", ""]}, {"choices.1": "blank"}),
        ({"choices": "Sales"}, {"choices": "not_a_list"}),
        ({"choices": [f"{n}" for n in range(501)]}, {"choices": "max_length"}),
        ({"required": "yes"}, {"required": "invalid"}),
        ({"label_en": "a\0"}, {"label_en": "control_character"}),
        ({"headers": ["h" * 256]}, {"headers.0": "max_length"}),
    ],
)
def test_an_invalid_declaration_is_400(
    as_alice: APIClient, change: dict[str, Any], errors: dict[str, str]
) -> None:
    assert_error(as_alice.post(URL, DEPARTMENT | change), 400, "invalid", **errors)
    assert not Attribute.objects.exists()


def test_a_name_is_declared_once(as_alice: APIClient, department: Attribute) -> None:
    assert_error(as_alice.post(URL, DEPARTMENT), 409, "attribute_exists")


def test_there_are_at_most_100_attributes(as_alice: APIClient, department: Attribute) -> None:
    others = [Attribute(name=f"a{n}", type="text") for n in range(MAX_ATTRIBUTES - 1)]
    Attribute.objects.bulk_create(others)
    assert_error(as_alice.post(URL, DEPARTMENT | {"name": "b"}), 409, "too_many_attributes")
    assert as_alice.patch(f"{URL}department/", {"label_en": "Unit"}).status_code == 200


def test_the_name_is_fixed(as_alice: APIClient, department: Attribute) -> None:
    answer = as_alice.patch(f"{URL}department/", {"name": "unit"})
    assert_error(answer, 400, "invalid", name="immutable")
    document = as_alice.get(f"{URL}department/").json()
    changed = as_alice.put(f"{URL}department/", document | {"label_en": "Unit"}).json()
    assert changed == document | {"label_en": "Unit", "label": "Unit"}


def test_the_type_changes_while_no_user_has_a_value(
    as_alice: APIClient, department: Attribute
) -> None:
    change = {"type": "text", "choices": []}
    assert as_alice.patch(f"{URL}department/", change).json()["type"] == "text"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"type": "text", "choices": []}, "attribute_in_use"),
        ({"choices": ["Área técnica"]}, "choice_in_use"),
        ({"choices": ["SALES", "Área técnica"]}, "choice_in_use"),
    ],
)
def test_a_change_that_makes_values_invalid_is_409(
    as_alice: APIClient, salesman: User, change: dict[str, Any], code: str
) -> None:
    assert_error(as_alice.patch(f"{URL}department/", change), 409, code)
    assert Attribute.objects.get().choices == DEPARTMENT["choices"]


@pytest.mark.usefixtures("salesman")
def test_a_choice_that_no_user_has_can_be_removed(as_alice: APIClient) -> None:
    answer = as_alice.patch(f"{URL}department/", {"choices": ["Sales", "Legal"]})
    assert answer.json()["choices"] == ["Sales", "Legal"]


def test_a_deleted_attribute_loses_its_values_before_its_name_is_free(
    as_alice: APIClient,
    salesman: User,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    User.objects.filter(pk=salesman.pk).update(attributes={"department": "Sales", "floor": 2})
    with django_capture_on_commit_callbacks() as callbacks:
        assert as_alice.delete(f"{URL}department/").status_code == 204
    assert [callback.__name__ for callback in callbacks] == ["_publish_removal"]
    assert_error(as_alice.get(f"{URL}department/"), 404, "not_found")
    assert_error(as_alice.post(URL, DEPARTMENT), 409, "attribute_being_deleted")
    remove_values_of_deleted_attributes()
    assert User.objects.get(pk=salesman.pk).attributes == {"floor": 2}
    assert as_alice.post(URL, DEPARTMENT).status_code == 201
    assert User.objects.get(pk=salesman.pk).attributes == {"floor": 2}


def test_an_unknown_attribute_is_404(as_alice: APIClient) -> None:
    for name in ("unit", "Unit", "a" * 64):
        assert_error(as_alice.get(f"{URL}{name}/"), 404, "not_found")

"""Imports with the option `clear_with`."""

import pytest

from tasks.options import Options
from tests.imports import imported, outcome
from tests.integration.declared import attributes_of, declare, rejections, require_department
from users_uc.models import User

pytestmark = pytest.mark.django_db(transaction=True)

CLEAR = Options(mode="upsert", clear_with="-")


@pytest.fixture(autouse=True)
def declared() -> None:
    """Declare an attribute of each type."""
    declare()


@pytest.fixture
def full() -> None:
    """Create a user with all fields."""
    imported(
        "email,external_id,name,phone,department,floor\n"
        "a@x.com,7,Ann,12,Sales,1\nb@x.com,8,Ben,13,Legal,2\n"
    )


@pytest.fixture
def required() -> None:
    """Make the department required."""
    require_department()


@pytest.mark.usefixtures("full")
def test_the_text_of_clear_with_empties_fields() -> None:
    job = imported(
        "email,external_id,name,phone,department,floor\na@x.com,-,-,-, - ,\nb@x.com,,,,,3\n",
        options=CLEAR,
    )
    assert outcome(job) == {"rows": 2, "updated": 2}
    ann, ben = User.objects.order_by("email")
    assert (ann.external_id, ann.name, ann.phone, ann.attributes) == (None, "", "", {"floor": 1})
    assert (ben.external_id, ben.name, ben.phone) == ("8", "Ben", "13")
    assert ben.attributes == {"department": "Legal", "floor": 3}


@pytest.mark.usefixtures("full")
def test_empty_fields_are_not_emptied_again() -> None:
    text = "email,external_id,name,phone,department\na@x.com,-,-,-,-\n"
    imported(text, options=CLEAR)
    assert outcome(imported(text, options=CLEAR)) == {"rows": 1, "unchanged": 1}


def test_a_new_user_with_the_text_of_clear_with_has_empty_fields() -> None:
    job = imported(
        "email,external_id,name,department,floor\na@x.com,-,-,-,-\nb@x.com,-,-,-,-\n",
        options=CLEAR,
    )
    assert outcome(job) == {"rows": 2, "created": 2}
    ann = User.objects.get(email="a@x.com")
    assert (ann.external_id, ann.name, ann.attributes) == (None, "", {})


@pytest.mark.usefixtures("full")
def test_the_option_update_limits_clear_with() -> None:
    options = Options(mode="upsert", clear_with="-", update=["attributes.floor"])
    imported("email,name,department,floor\na@x.com,-,-,-\n", options=options)
    ann = User.objects.get(email="a@x.com")
    assert (ann.name, ann.attributes) == ("Ann", {"department": "Sales"})


@pytest.mark.usefixtures("full")
def test_a_name_of_several_columns_is_emptied_if_none_has_a_value() -> None:
    text = "email,first name,last name\na@x.com,-,\nb@x.com,-,Lee\n"
    assert outcome(imported(text, options=CLEAR)) == {"rows": 2, "updated": 2}
    assert list(User.objects.order_by("email").values_list("name", flat=True)) == ["", "Lee"]


@pytest.mark.usefixtures("full", "required")
def test_a_required_attribute_cannot_be_emptied() -> None:
    job = imported("email,department\na@x.com,-\n", options=CLEAR)
    assert rejections(job) == [(2, "attributes.department", "missing_attribute", "", "")]
    assert attributes_of() == {"department": "Sales", "floor": 1}


@pytest.mark.usefixtures("full")
def test_the_key_of_the_match_cannot_be_emptied() -> None:
    options = Options(mode="upsert", match="external_id", clear_with="-")
    job = imported("email,external_id\na@x.com,-\n", options=options)
    assert rejections(job) == [(2, "external_id", "missing_external_id", "", "")]


@pytest.mark.usefixtures("full")
def test_the_text_is_found_in_any_normal_form() -> None:
    text = "email,name,phone,department\na@x.com,{0},{0},{0}\n".format("supprime\u0301")
    options = Options(mode="upsert", clear_with="supprim\u00e9")
    assert outcome(imported(text, options=options)) == {"rows": 1, "updated": 1}
    ann = User.objects.get(email="a@x.com")
    assert (ann.name, ann.phone, ann.attributes) == ("", "", {"floor": 1})

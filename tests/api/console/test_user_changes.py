"""Changes of a user by the form of the user's page."""

import re

import pytest
from django.test import Client

from tests.api.console.browsers import browser_of, post
from tests.api.console.pages import text_of, url_of
from users_uc.models import Attribute, User


@pytest.fixture
def as_alice(alice: User) -> Client:
    return browser_of(alice)


def form_of(client: Client, user: User) -> dict[str, str]:
    """Return the form as the page has it."""
    answer = client.get(url_of(user))
    return {
        name: value
        for field in answer.context["fields"]
        for name, value in ((field.name, field.value), (field.before, field.present))
    }


def error_beside(page: str, field: str) -> str:
    """Return the errors of a field."""
    found = re.search(rf'id="field-{field}-errors"[^>]*>(.*?)</div>', page, re.DOTALL)
    assert found, page
    return found[1]


def test_staff_change_a_user(browser: Client, charlie: User) -> None:
    form = form_of(browser, charlie)
    assert form["is_active"] == "true"
    answer = post(
        browser, url_of(charlie), form | {"name": "Carl", "phone": "913", "is_active": "false"}
    )
    assert answer.status_code == 303
    charlie.refresh_from_db()
    assert (charlie.name, charlie.phone, charlie.is_active) == ("Carl", "913", False)
    page = text_of(browser, answer["Location"])
    assert "The user is saved." in page
    assert "The user is saved." not in text_of(browser, answer["Location"])


VALUES = {
    "is_remote": ("true", True),
    "floor": ("2", 2),
    "salary": ("1.50", "1.5"),
    "start": ("2026-01-31", "2026-01-31"),
    "team": ("Sales", "Sales"),
}


def declare() -> None:
    """Declare an attribute of each type."""
    types = {"is_remote": "boolean", "floor": "integer", "salary": "decimal", "start": "date"}
    for name, kind in types.items():
        Attribute.objects.create(name=name, type=kind)
    Attribute.objects.create(name="team", type="choice", choices=["Sales", "Legal"])


def test_attributes_are_changed_and_removed(browser: Client, charlie: User) -> None:
    declare()
    sent = {f"attributes.{name}": text for name, (text, _) in VALUES.items()}
    assert post(browser, url_of(charlie), form_of(browser, charlie) | sent).status_code == 303
    charlie.refresh_from_db()
    assert charlie.attributes == {name: value for name, (_, value) in VALUES.items()}
    form = form_of(browser, charlie)
    assert form["attributes.salary"] == "1.5"
    assert form["attributes.is_remote"] == "true"
    assert post(browser, url_of(charlie), form | {"attributes.team": ""}).status_code == 303
    charlie.refresh_from_db()
    assert "team" not in charlie.attributes
    assert charlie.attributes["floor"] == 2


def test_errors_are_beside_their_fields_and_nothing_is_saved(
    browser: Client, charlie: User
) -> None:
    declare()
    sent = {"name": "x" * 151, "phone": "913", "attributes.floor": "two"}
    answer = post(browser, url_of(charlie), form_of(browser, charlie) | sent)
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "no more than 150 characters" in error_beside(page, "name")
    assert "not a whole number" in error_beside(page, "attributes-floor")
    assert 'value="913"' in page
    charlie.refresh_from_db()
    assert charlie.phone == ""


def test_an_error_of_a_field_that_is_gone_is_shown(browser: Client, charlie: User) -> None:
    declare()
    form = form_of(browser, charlie)
    Attribute.objects.filter(name="team").delete()
    answer = post(browser, url_of(charlie), form | {"attributes.team": "Sales"})
    assert answer.status_code == 400
    assert "There is no attribute with this name." in answer.content.decode()


def test_a_form_undoes_nothing_that_another_user_has_changed(
    browser: Client, charlie: User
) -> None:
    form = form_of(browser, charlie)
    User.objects.filter(pk=charlie.pk).update(phone="999")
    assert post(browser, url_of(charlie), form | {"name": "Carl"}).status_code == 303
    charlie.refresh_from_db()
    assert (charlie.name, charlie.phone) == ("Carl", "999")


def test_a_value_that_two_users_have_changed_is_asked_again(browser: Client, charlie: User) -> None:
    form = form_of(browser, charlie)
    User.objects.filter(pk=charlie.pk).update(name="Chuck")
    answer = post(browser, url_of(charlie), form | {"name": "Carl"})
    assert answer.status_code == 409
    assert "“Chuck”" in error_beside(answer.content.decode(), "name")
    again = {
        name: value
        for field in answer.context["fields"]
        for name, value in ((field.name, field.value), (field.before, field.present))
    }
    assert post(browser, url_of(charlie), again).status_code == 303
    charlie.refresh_from_db()
    assert charlie.name == "Carl"


def test_a_line_break_in_a_stored_name_is_no_change(browser: Client, charlie: User) -> None:
    User.objects.filter(pk=charlie.pk).update(name="Charlie\nBrown")
    form = form_of(browser, charlie)
    sent = {"name": "CharlieBrown", "before.name": "Charlie\r\nBrown", "phone": "1"}
    assert post(browser, url_of(charlie), form | sent).status_code == 303
    charlie.refresh_from_db()
    assert (charlie.name, charlie.phone) == ("Charlie\nBrown", "1")


def test_rights_that_were_lost_in_the_meantime_stop_the_change(
    browser: Client, charlie: User
) -> None:
    form = form_of(browser, charlie)
    User.objects.filter(pk=charlie.pk).update(is_staff=True)
    answer = post(browser, url_of(charlie), form | {"name": "Carl"})
    assert answer.status_code == 403
    assert "You may not set these fields: name." in answer.content.decode()
    charlie.refresh_from_db()
    assert charlie.name == "Charlie"


def test_staff_may_not_change_a_superuser(browser: Client, alice: User) -> None:
    page = text_of(browser, url_of(alice))
    assert "You may not change this user." in page
    assert 'name="phone"' not in page


def test_an_account_that_its_user_has_deactivated_is_activated_by_superusers_only(
    browser: Client, as_alice: Client, charlie: User
) -> None:
    charlie.deactivate()
    assert "is_active" not in form_of(browser, charlie)
    assert "Only a superuser can activate it again." in text_of(browser, url_of(charlie))
    form = form_of(as_alice, charlie)
    assert post(as_alice, url_of(charlie), form | {"is_active": "true"}).status_code == 303
    charlie.refresh_from_db()
    assert charlie.is_active


def test_a_user_who_was_deleted_in_the_meantime_is_a_404(browser: Client, charlie: User) -> None:
    form = form_of(browser, charlie)
    User.objects.filter(pk=charlie.pk).delete()
    assert post(browser, url_of(charlie), form).status_code == 404


def test_a_form_without_the_token_against_forgery_is_rejected(
    browser: Client, charlie: User
) -> None:
    browser.handler.enforce_csrf_checks = True
    assert post(browser, url_of(charlie), {"name": "Carl", "before.name": ""}).status_code == 403
    charlie.refresh_from_db()
    assert charlie.name == "Charlie"

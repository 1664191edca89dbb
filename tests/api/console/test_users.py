"""The pages about users."""

import re
import uuid

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from tests.api.console.browsers import browser_of, post
from tests.imports import imported
from users_uc.models import Attribute, Mail, User

USERS = "/console/users/"


@pytest.fixture
def as_alice(alice: User) -> Client:
    return browser_of(alice)


@pytest.fixture
def as_bob(bob: User) -> Client:
    return browser_of(bob)


def text_of(client: Client, url: str, **params: str) -> str:
    """Return the content of the page, without needless white space."""
    answer = client.get(url, params)
    assert answer.status_code == 200, answer.content.decode()
    return " ".join(answer.content.decode().partition("<main")[2].split())


def url_of(user: User) -> str:
    return f"{USERS}{user.pk}/"


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


def test_the_list_has_25_users_a_page(as_bob: Client) -> None:
    emails = [f"user{number:02}@example.com" for number in range(30)]
    User.objects.bulk_create([User(email=email, name=email[:6]) for email in emails])
    first = as_bob.get(USERS)
    assert len(first.context["users"]) == 25
    assert first.context["pages"].keys() == {"next"}
    second = as_bob.get(f"{USERS}?{first.context['pages']['next']}")
    assert [user.email for user in second.context["users"]][:1] == ["user04@example.com"]
    assert second.context["pages"].keys() == {"previous"}
    assert f'href="?{second.context["pages"]["previous"]}"' in second.content.decode()


def test_the_list_needs_the_same_queries_for_any_number_of_users(as_bob: Client) -> None:
    counts = []
    for number in (1, 20):
        User.objects.bulk_create([User(email=f"{number}-{n}@x.com") for n in range(number)])
        with CaptureQueriesContext(
            connection,
        ) as queries:
            as_bob.get(USERS)
        counts.append(len(queries))
    assert counts == [5, 5]


def test_users_are_found_by_the_beginning_of_the_email_or_by_any_part(
    as_bob: Client, charlie: User, settings: Settings
) -> None:
    page = text_of(as_bob, USERS, search="char")
    assert "charlie@example.com" in page
    assert "bob@example.com" not in page
    assert 'name="q"' not in page
    settings.USER_SEARCH_INDEX = True
    User.objects.filter(pk=charlie.pk).update(name="Charlotte Doe", external_id="E-17")
    for part in ("LOTTE", "e-17", "arlie@"):
        page = text_of(as_bob, USERS, q=part)
        assert "Charlotte Doe" in page
        assert f'name="q" type="search" value="{part}"' in page
        assert ">Bob<" not in page


def test_a_search_with_an_error_shows_the_filters_and_the_error(
    as_bob: Client, settings: Settings
) -> None:
    settings.USER_SEARCH_INDEX = True
    answer = as_bob.get(USERS, {"q": "ab"})
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "The text is too short" in page
    assert 'value="ab"' in page
    assert "No user is found" not in page
    assert as_bob.get(USERS, {"q": "ab"}, headers={"HX-Request": "true"}).status_code == 200
    assert as_bob.get(USERS, {"import": "x"}).status_code == 400
    assert as_bob.get(USERS, {"cursor": "x"}).status_code == 404


def test_users_who_are_not_active_are_filtered(as_bob: Client, charlie: User) -> None:
    User.objects.filter(pk=charlie.pk).update(is_active=False)
    page = text_of(as_bob, USERS, is_active="false")
    assert "Charlie" in page
    assert 'value="false" selected' in page
    assert ">Bob<" not in page
    assert "Charlie" not in text_of(as_bob, USERS, is_active="true")
    assert "No user is found" in text_of(as_bob, USERS, is_active="false", search="zzz")


def test_the_users_of_an_import_are_listed(as_bob: Client, bob: User, alice: User) -> None:
    job = imported("email,name\nann@x.com,Ann\n", owner=bob)
    page = text_of(as_bob, USERS, **{"import": str(job.id)})
    assert "Ann" in page
    assert ">Bob<" not in page
    assert f'<a href="/console/imports/{job.id}/">people.csv</a>' in page
    assert f'type="hidden" name="import" value="{job.id}"' in page
    others = imported("email,name\neve@x.com,Eve\n", owner=alice)
    page = text_of(as_bob, USERS, **{"import": str(others.id)})
    assert "Eve" in page
    assert "people.csv" not in page


def test_only_staff_see_users(as_bob: Client, bob: User, charlie: User) -> None:
    bob.is_staff = False
    bob.save(update_fields=["is_staff"])
    for url in (USERS, url_of(charlie)):
        assert as_bob.get(url).status_code == 403
    assert post(as_bob, url_of(charlie), {}).status_code == 403
    answer = Client().get(url_of(charlie))
    assert answer.status_code == 303
    assert answer["Location"].startswith("/console/login/?next=")


@pytest.mark.parametrize("number", ["999999999", "9" * 18, "9" * 19, "x"])
def test_an_unknown_user_is_a_404(as_bob: Client, number: str) -> None:
    assert as_bob.get(f"{USERS}{number}/").status_code == 404


def test_a_user_is_shown_with_all_values(as_bob: Client, charlie: User) -> None:
    Attribute.objects.create(name="department", type="text", label_pt_br="Departamento")
    Attribute.objects.create(name="is_remote", type="boolean", label_en="Works remotely")
    values = {"department": "Sales", "is_remote": False, "deleted": "x"}
    User.objects.filter(pk=charlie.pk).update(
        phone="912", external_id="E-17", attributes=values, verified_email=charlie.email,
    )  # fmt: skip
    page = text_of(as_bob, url_of(charlie))
    for shown in (
        "charlie@example.com <span", ">confirmed<", "<dd>912</dd>", "<dd>E-17</dd>",
        "<dt>Departamento</dt><dd>Sales</dd>", "<dt>Works remotely</dt><dd>No</dd>",
        "No import: a registration, or another user.", "The service has sent no mail",
    ):  # fmt: skip
        assert shown in page
    assert "deleted" not in page


def test_own_rights_are_shown_too(as_bob: Client, bob: User) -> None:
    page = text_of(as_bob, url_of(bob))
    assert ">Staff<" in page
    assert ">May import<" in page


def test_a_user_of_an_import_has_its_line(as_bob: Client, bob: User, alice: User) -> None:
    job = imported("email,name\nann@x.com,Ann\neve@x.com,Eve\n", owner=bob)
    eve = User.objects.get(email="eve@x.com")
    page = text_of(as_bob, url_of(eve))
    assert f'<a href="/console/imports/{job.id}/">people.csv</a>' in page
    assert "<dt>Line of the file</dt><dd>3</dd>" in page
    assert "Last changed by" not in page
    User.objects.filter(pk=eve.pk).update(last_import_id=imported("email\n", owner=alice).id)
    page = text_of(as_bob, url_of(eve))
    assert "<dt>Last changed by</dt> <dd>An import of another user</dd>" in page
    User.objects.filter(pk=eve.pk).update(import_id=uuid.uuid4())
    assert "<dt>Created by</dt> <dd>An import of another user</dd>" in text_of(as_bob, url_of(eve))


def test_the_mails_of_a_user_are_listed(as_bob: Client, charlie: User) -> None:
    mails = Mail.objects
    mails.create(kind="invitation", user=charlie, language="en", sent_at=Now())
    mails.create(kind="password_reset", user=charlie, language="en", given_up_at=Now())
    mails.create(kind="activation", user=charlie, language="en")
    page = text_of(as_bob, url_of(charlie))
    for state in (">Sent<", ">Not sent<", ">Waiting<"):
        assert page.count(state) == 1
    assert "Invitation" in page


def test_a_user_is_shown_by_a_constant_number_of_queries(as_bob: Client, bob: User) -> None:
    imported("email,name\nann@x.com,Ann\n", owner=bob)
    ann = User.objects.get(email="ann@x.com")
    counts = []
    for number in (0, 10):
        for each in range(number):
            Attribute.objects.create(name=f"a{each}", type="text")
            Mail.objects.create(kind="activation", user=ann, language="en")
        with CaptureQueriesContext(connection) as queries:
            as_bob.get(url_of(ann))
        counts.append(len(queries))
    assert counts == [10, 10]


def test_staff_change_a_user(as_bob: Client, charlie: User) -> None:
    form = form_of(as_bob, charlie)
    assert form["is_active"] == "true"
    answer = post(
        as_bob, url_of(charlie), form | {"name": "Carl", "phone": "913", "is_active": "false"}
    )
    assert answer.status_code == 303
    charlie.refresh_from_db()
    assert (charlie.name, charlie.phone, charlie.is_active) == ("Carl", "913", False)
    page = text_of(as_bob, answer["Location"])
    assert "The user is saved." in page
    assert "The user is saved." not in text_of(as_bob, answer["Location"])


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


def test_attributes_are_changed_and_removed(as_bob: Client, charlie: User) -> None:
    declare()
    sent = {f"attributes.{name}": text for name, (text, _) in VALUES.items()}
    assert post(as_bob, url_of(charlie), form_of(as_bob, charlie) | sent).status_code == 303
    charlie.refresh_from_db()
    assert charlie.attributes == {name: value for name, (_, value) in VALUES.items()}
    form = form_of(as_bob, charlie)
    assert form["attributes.salary"] == "1.5"
    assert form["attributes.is_remote"] == "true"
    assert post(as_bob, url_of(charlie), form | {"attributes.team": ""}).status_code == 303
    charlie.refresh_from_db()
    assert "team" not in charlie.attributes
    assert charlie.attributes["floor"] == 2


def test_errors_are_beside_their_fields_and_nothing_is_saved(as_bob: Client, charlie: User) -> None:
    declare()
    sent = {"name": "x" * 151, "phone": "913", "attributes.floor": "two"}
    answer = post(as_bob, url_of(charlie), form_of(as_bob, charlie) | sent)
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "no more than 150 characters" in error_beside(page, "name")
    assert "not a whole number" in error_beside(page, "attributes-floor")
    assert 'value="913"' in page
    charlie.refresh_from_db()
    assert charlie.phone == ""


def test_an_error_of_a_field_that_is_gone_is_shown(as_bob: Client, charlie: User) -> None:
    declare()
    form = form_of(as_bob, charlie)
    Attribute.objects.filter(name="team").delete()
    answer = post(as_bob, url_of(charlie), form | {"attributes.team": "Sales"})
    assert answer.status_code == 400
    assert "There is no attribute with this name." in answer.content.decode()


def test_a_form_undoes_nothing_that_another_user_has_changed(as_bob: Client, charlie: User) -> None:
    form = form_of(as_bob, charlie)
    User.objects.filter(pk=charlie.pk).update(phone="999")
    assert post(as_bob, url_of(charlie), form | {"name": "Carl"}).status_code == 303
    charlie.refresh_from_db()
    assert (charlie.name, charlie.phone) == ("Carl", "999")


def test_a_value_that_two_users_have_changed_is_asked_again(as_bob: Client, charlie: User) -> None:
    form = form_of(as_bob, charlie)
    User.objects.filter(pk=charlie.pk).update(name="Chuck")
    answer = post(as_bob, url_of(charlie), form | {"name": "Carl"})
    assert answer.status_code == 409
    assert "“Chuck”" in error_beside(answer.content.decode(), "name")
    again = {
        name: value
        for field in answer.context["fields"]
        for name, value in ((field.name, field.value), (field.before, field.present))
    }
    assert post(as_bob, url_of(charlie), again).status_code == 303
    charlie.refresh_from_db()
    assert charlie.name == "Carl"


def test_a_line_break_in_a_stored_name_is_no_change(as_bob: Client, charlie: User) -> None:
    User.objects.filter(pk=charlie.pk).update(name="Charlie\nBrown")
    form = form_of(as_bob, charlie)
    sent = {"name": "CharlieBrown", "before.name": "Charlie\r\nBrown", "phone": "1"}
    assert post(as_bob, url_of(charlie), form | sent).status_code == 303
    charlie.refresh_from_db()
    assert (charlie.name, charlie.phone) == ("Charlie\nBrown", "1")


def test_rights_that_were_lost_in_the_meantime_stop_the_change(
    as_bob: Client, charlie: User
) -> None:
    form = form_of(as_bob, charlie)
    User.objects.filter(pk=charlie.pk).update(is_staff=True)
    answer = post(as_bob, url_of(charlie), form | {"name": "Carl"})
    assert answer.status_code == 403
    assert "You may not set these fields: name." in answer.content.decode()
    charlie.refresh_from_db()
    assert charlie.name == "Charlie"


def test_staff_may_not_change_a_superuser(as_bob: Client, alice: User) -> None:
    page = text_of(as_bob, url_of(alice))
    assert "You may not change this user." in page
    assert 'name="phone"' not in page


def test_an_account_that_its_user_has_deactivated_is_activated_by_superusers_only(
    as_bob: Client, as_alice: Client, charlie: User
) -> None:
    charlie.deactivate()
    assert "is_active" not in form_of(as_bob, charlie)
    assert "Only a superuser can activate it again." in text_of(as_bob, url_of(charlie))
    form = form_of(as_alice, charlie)
    assert post(as_alice, url_of(charlie), form | {"is_active": "true"}).status_code == 303
    charlie.refresh_from_db()
    assert charlie.is_active


def test_a_user_who_was_deleted_in_the_meantime_is_a_404(as_bob: Client, charlie: User) -> None:
    form = form_of(as_bob, charlie)
    User.objects.filter(pk=charlie.pk).delete()
    assert post(as_bob, url_of(charlie), form).status_code == 404


def test_a_form_without_the_token_against_forgery_is_rejected(
    as_bob: Client, charlie: User
) -> None:
    as_bob.handler.enforce_csrf_checks = True
    assert post(as_bob, url_of(charlie), {"name": "Carl", "before.name": ""}).status_code == 403
    charlie.refresh_from_db()
    assert charlie.name == "Charlie"

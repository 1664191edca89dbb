"""The list of users, and the page of a user."""

import re
import uuid

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from tests.api.console.browsers import post
from tests.api.console.pages import USERS, text_of, url_of
from tests.imports import imported
from users_uc.models import Attribute, Mail, User


def test_the_list_has_25_users_a_page(browser: Client) -> None:
    emails = [f"user{number:02}@example.com" for number in range(30)]
    User.objects.bulk_create([User(email=email, name=email[:6]) for email in emails])
    first = browser.get(USERS)
    assert len(first.context["users"]) == 25
    assert first.context["pages"].keys() == {"next"}
    second = browser.get(f"{USERS}?{first.context['pages']['next']}")
    assert [user.email for user in second.context["users"]][:1] == ["user04@example.com"]
    assert second.context["pages"].keys() == {"previous"}
    assert f'href="?{second.context["pages"]["previous"]}"' in second.content.decode()


def test_the_list_needs_the_same_queries_for_any_number_of_users(browser: Client) -> None:
    counts = []
    for number in (1, 20):
        User.objects.bulk_create([User(email=f"{number}-{n}@x.com") for n in range(number)])
        with CaptureQueriesContext(
            connection,
        ) as queries:
            browser.get(USERS)
        counts.append(len(queries))
    assert counts == [5, 5]


def test_users_are_found_by_the_beginning_of_the_email_or_by_any_part(
    browser: Client, charlie: User, settings: Settings
) -> None:
    page = text_of(browser, USERS, search="char")
    assert "charlie@example.com" in page
    assert "bob@example.com" not in page
    assert 'name="q"' not in page
    settings.USER_SEARCH_INDEX = True
    User.objects.filter(pk=charlie.pk).update(name="Charlotte Doe", external_id="E-17")
    for part in ("LOTTE", "e-17", "arlie@"):
        page = text_of(browser, USERS, q=part)
        assert "Charlotte Doe" in page
        assert f'name="q" type="search" value="{part}"' in page
        assert ">Bob<" not in page


def test_a_search_with_an_error_shows_the_filters_and_the_error(
    browser: Client, settings: Settings
) -> None:
    settings.USER_SEARCH_INDEX = True
    answer = browser.get(USERS, {"q": "ab"})
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "The text is too short" in page
    assert 'value="ab"' in page
    assert "No user is found" not in page
    assert browser.get(USERS, {"q": "ab"}, headers={"HX-Request": "true"}).status_code == 200
    assert browser.get(USERS, {"import": "x"}).status_code == 400
    assert browser.get(USERS, {"cursor": "x"}).status_code == 404


def test_empty_fields_of_the_filters_are_omitted(browser: Client) -> None:
    page = browser.get(USERS, {"search": "", "q": "", "is_active": "", "import": ""})
    assert ">Bob<" in page.content.decode()


def test_users_who_are_not_active_are_filtered(browser: Client, charlie: User) -> None:
    User.objects.filter(pk=charlie.pk).update(is_active=False)
    page = text_of(browser, USERS, is_active="false")
    assert "Charlie" in page
    assert 'value="false" selected' in page
    assert ">Bob<" not in page
    assert "Charlie" not in text_of(browser, USERS, is_active="true")
    assert "No user is found" in text_of(browser, USERS, is_active="false", search="zzz")


def test_the_users_of_an_import_are_listed(browser: Client, bob: User, alice: User) -> None:
    job = imported("email,name\nann@x.com,Ann\n", owner=bob)
    page = text_of(browser, USERS, **{"import": str(job.id)})
    assert "Ann" in page
    assert ">Bob<" not in page
    assert f'<a href="/console/imports/{job.id}/">people.csv</a>' in page
    assert f'type="hidden" name="import" value="{job.id}"' in page
    others = imported("email,name\neve@x.com,Eve\n", owner=alice)
    page = text_of(browser, USERS, **{"import": str(others.id)})
    assert "Eve" in page
    assert "people.csv" not in page


def test_the_users_of_an_import_are_listed_with_their_invitations(
    browser: Client, bob: User
) -> None:
    job = imported("email,name\nann@x.com,Ann\neve@x.com,Eve\nkim@x.com,Kim\n", owner=bob)
    for name, times in (("ann", {"sent_at": Now()}), ("eve", {"given_up_at": Now()})):
        user = User.objects.get(email=f"{name}@x.com")
        Mail.objects.create(kind=Mail.Kind.INVITATION, user=user, import_id=job.id, **times)
    page = text_of(browser, USERS, **{"import": str(job.id)})
    rows = {row[:3]: row for row in re.findall(r'/">(Ann.*?|Eve.*?|Kim.*?)</tr>', page, re.DOTALL)}
    assert ">Sent<" in rows["Ann"]
    assert ">Not sent<" in rows["Eve"]
    assert "<td>none</td>" in rows["Kim"]
    assert "Invitation" not in text_of(browser, USERS)


def test_only_staff_see_users(browser: Client, bob: User, charlie: User) -> None:
    bob.is_staff = False
    bob.save(update_fields=["is_staff"])
    for url in (USERS, url_of(charlie)):
        assert browser.get(url).status_code == 403
    assert post(browser, url_of(charlie), {}).status_code == 403
    answer = Client().get(url_of(charlie))
    assert answer.status_code == 303
    assert answer["Location"].startswith("/console/login/?next=")


@pytest.mark.parametrize("number", ["999999999", "9" * 18, "9" * 19, "x"])
def test_an_unknown_user_is_a_404(browser: Client, number: str) -> None:
    assert browser.get(f"{USERS}{number}/").status_code == 404


def test_a_user_is_shown_with_all_values(browser: Client, charlie: User) -> None:
    Attribute.objects.create(name="department", type="text", label_pt_br="Departamento")
    Attribute.objects.create(name="is_remote", type="boolean", label_en="Works remotely")
    values = {"department": "Sales", "is_remote": False, "deleted": "x"}
    User.objects.filter(pk=charlie.pk).update(
        phone="912", external_id="E-17", attributes=values, verified_email=charlie.email,
    )  # fmt: skip
    page = text_of(browser, url_of(charlie))
    for shown in (
        "charlie@example.com <span", ">confirmed<", "<dd>912</dd>", "<dd>E-17</dd>",
        "<dt>Departamento</dt><dd>Sales</dd>", "<dt>Works remotely</dt><dd>No</dd>",
        "No import: a registration, or another user.", "The service has sent no mail",
    ):  # fmt: skip
        assert shown in page
    assert "deleted" not in page


def test_own_rights_are_shown_too(browser: Client, bob: User) -> None:
    page = text_of(browser, url_of(bob))
    assert ">Staff<" in page
    assert ">May import<" in page


def test_a_user_of_an_import_has_its_line(browser: Client, bob: User, alice: User) -> None:
    job = imported("email,name\nann@x.com,Ann\neve@x.com,Eve\n", owner=bob)
    eve = User.objects.get(email="eve@x.com")
    page = text_of(browser, url_of(eve))
    assert f'<a href="/console/imports/{job.id}/">people.csv</a>' in page
    assert "<dt>Line of the file</dt><dd>3</dd>" in page
    assert "Last changed by" not in page
    User.objects.filter(pk=eve.pk).update(last_import_id=imported("email\n", owner=alice).id)
    page = text_of(browser, url_of(eve))
    assert "<dt>Last changed by</dt> <dd>An import of another user</dd>" in page
    User.objects.filter(pk=eve.pk).update(import_id=uuid.uuid4())
    assert "<dt>Created by</dt> <dd>An import of another user</dd>" in text_of(browser, url_of(eve))


def test_the_mails_of_a_user_are_listed(browser: Client, charlie: User) -> None:
    mails = Mail.objects
    mails.create(kind="invitation", user=charlie, language="en", sent_at=Now())
    mails.create(kind="password_reset", user=charlie, language="en", given_up_at=Now())
    mails.create(kind="activation", user=charlie, language="en")
    page = text_of(browser, url_of(charlie))
    for state in (">Sent<", ">Not sent<", ">Waiting<"):
        assert page.count(state) == 1
    assert "Invitation" in page


def test_a_user_is_shown_by_a_constant_number_of_queries(browser: Client, bob: User) -> None:
    imported("email,name\nann@x.com,Ann\n", owner=bob)
    ann = User.objects.get(email="ann@x.com")
    counts = []
    for number in (0, 10):
        for each in range(number):
            Attribute.objects.create(name=f"a{each}", type="text")
            Mail.objects.create(kind="activation", user=ann, language="en")
        with CaptureQueriesContext(connection) as queries:
            browser.get(url_of(ann))
        counts.append(len(queries))
    assert counts == [10, 10]

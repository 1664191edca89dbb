"""The access matrix of the console: one row per page, method and target; one column per caller."""

import time
from collections import defaultdict

import pytest
from django.db import transaction
from django.test import Client
from django.urls import get_resolver

from core.http.browser_middleware import CONSOLE
from tests.api.console.uploads import complete_upload, post
from tests.api.test_access import Methods, below, shape
from tests.imports import make_job
from users_uc.models import User

# Erin may not use the console, Dora is staff and sees users, Bob is staff and may import, Alice is
# a superuser. A 303 leads to the login, a 302 to another page. {bobs} and {alices} are their
# imports, {bob_upload} and {alice_upload} their uploads.
MATRIX = """
                                                  anonymous erin dora bob alice
GET    /console/                                      303  403  302 302 302
GET    /console/login/                                200  200  200 200 200
POST   /console/login/                                400  400  400 400 400
POST   /console/logout/                               303  403  302 302 302
GET    /console/password/                             303  403  200 200 200
POST   /console/password/                             303  403  400 400 400
GET    /console/import/                               303  403  403 200 200
GET    /console/import/template.csv                   303  403  403 200 200
POST   /console/uploads/                              401  403  403 412 412
GET    /console/uploads/check/                        401  403  403 204 204
POST   /console/uploads/check/                        401  403  403 200 200
GET    /console/uploads/{bob_upload}/                 303  403  403 200 404
GET    /console/uploads/{alice_upload}/               303  403  403 404 200
PATCH  /console/uploads/{bob_upload}/data/            401  403  403 412 412
DELETE /console/uploads/{bob_upload}/data/            401  403  403 412 412
POST   /console/uploads/{bob_upload}/delete/          303  403  403 303 404
GET    /console/uploads/{bob_upload}/preview/         303  403  403 303 303
GET    /console/uploads/{bob_upload}/start/           303  403  403 303 303
POST   /console/uploads/{bob_upload}/preview/         303  403  403 200 404
POST   /console/uploads/{bob_upload}/start/           303  403  403 303 404
POST   /console/uploads/{alice_upload}/start/         303  403  403 404 303
GET    /console/history/                              303  403  200 200 200
GET    /console/imports/{bobs}/                       303  403  404 200 200
GET    /console/imports/{alices}/                     303  403  404 404 200
GET    /console/imports/{bobs}/progress/              303  403  404 200 200
POST   /console/imports/{bobs}/cancel/                303  403  404 303 303
POST   /console/imports/{alices}/cancel/              303  403  404 404 303
GET    /console/imports/{bobs}/rows/                  303  403  404 200 200
POST   /console/imports/{bobs}/correct/               303  403  403 403 403
POST   /console/imports/{alices}/correct/             303  403  403 404 403
GET    /console/imports/{bobs}/failed-rows.csv        303  403  404 200 200
GET    /console/imports/{alices}/failed-rows.csv      303  403  404 404 200
GET    /console/imports/{bobs}/results.csv            303  403  404 409 409
GET    /console/imports/{alices}/results.csv          303  403  404 404 409
GET    /console/users/                                303  403  200 200 200
GET    /console/users/{bob}/                          303  403  200 200 200
GET    /console/users/999999999999/                   303  403  404 404 404
POST   /console/users/{bob}/                          303  403  303 303 303
POST   /console/users/{alice}/                        303  403  303 303 303
GET    /console/nothing/                              404  404  404 404 404
"""
CALLERS, *ROWS = (line.split() for line in MATRIX.split("\n") if line)


@pytest.fixture
def callers(alice: User, bob: User, charlie: User, dora: User) -> dict[str, User | None]:
    """Return each caller of the matrix by name; the anonymous one is `None`."""
    return dict(zip(CALLERS, (None, charlie, dora, bob, alice), strict=True))


@pytest.fixture
def targets(alice: User, bob: User) -> dict[str, str]:
    """Return the values of the placeholders in the URLs of the matrix."""
    return {
        "bob": str(bob.pk),
        "alice": str(alice.pk),
        **{
            f"{user.name.lower()}s": str(make_job("email\n", owner=user).id)
            for user in (alice, bob)
        },
        **{
            f"{user.name.lower()}_upload": str(complete_upload(user, "email\nx@example.com\n").id)
            for user in (alice, bob)
        },
    }


def browser_with_session(user: User | None) -> Client:
    """Return a browser with a session of the user, also of one who could not log in."""
    browser = Client()
    if user is not None:
        browser.force_login(user)
        session = browser.session
        session["console_last_use"] = int(time.time())
        session.save()
    return browser


def status_for(user: User | None, method: str, url: str) -> str:
    """Return the status that the caller gets, and roll back the changes of the request."""
    browser = browser_with_session(user)
    with transaction.atomic():
        answer = post(browser, url) if method == "POST" else getattr(browser, method.lower())(url)
        transaction.set_rollback(True)
    answer.getvalue()  # reads a stream to its end
    return str(answer.status_code)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]} {row[1]}")
def test_each_caller_gets_the_status_in_the_matrix(
    row: list[str], targets: dict[str, str], callers: dict[str, User | None]
) -> None:
    method, url, *expected = row
    statuses = {
        name: status_for(user, method, url.format(**targets)) for name, user in callers.items()
    }
    assert statuses == dict(zip(CALLERS, expected, strict=True))


def test_every_page_and_method_has_a_row() -> None:
    """A new page fails this test until the matrix has a row for it."""
    rows: Methods = defaultdict(set)
    for method, url, *_ in ROWS:
        rows[shape(url)].add(method.lower())
    (pages,) = (one for one in get_resolver().url_patterns if str(one.pattern) == CONSOLE)
    served = dict(below("", pages))
    served["/console/nothing/"] = served.pop(
        "/console/"
    )  # the last pattern, which takes all others
    served["/console/"] = {"get"}
    assert served == rows

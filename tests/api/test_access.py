"""Who may call what: one row an endpoint and target, one column a caller."""

import pytest
from django.db import transaction
from rest_framework.test import APIClient

from tests.conftest import client_of
from tests.imports import make_job
from users_uc.models import User

# Charlie is nobody in particular, Bob is staff and may import, Alice is a superuser.
MATRIX = """
                                                    anonymous charlie bob alice
POST   /api/register/                                     400     400 400   400
POST   /api/auth/login/                                   400     400 400   400
POST   /api/auth/refresh/                                 400     400 400   400
POST   /api/auth/logout/                                  401     400 400   400
GET    /api/users/me/                                     401     200 200   200
PATCH  /api/users/me/                                     401     200 200   200
PUT    /api/users/me/                                     401     405 405   405
POST   /api/users/me/password/                            401     400 400   400
GET    /api/users/                                        401     403 200   200
POST   /api/users/                                        401     403 400   400
GET    /api/users/{charlie}/                              401     200 200   200
GET    /api/users/{bob}/                                  401     404 200   200
GET    /api/users/{alice}/                                401     404 200   200
GET    /api/users/999999999999/                           401     404 404   404
PUT    /api/users/{charlie}/                              401     400 400   400
PUT    /api/users/{bob}/                                  401     404 400   400
PATCH  /api/users/{charlie}/                              401     200 200   200
PATCH  /api/users/{bob}/                                  401     404 200   200
PATCH  /api/users/{alice}/                                401     404 403   200
DELETE /api/users/{charlie}/                              401     403 204   204
DELETE /api/users/{bob}/                                  401     404 403   204
DELETE /api/users/{alice}/                                401     404 403   204
POST   /api/contacts/upload-csv/                          401     403 400   400
GET    /api/contacts/imports/                             401     403 200   200
GET    /api/contacts/task-status/{bobs}/                  401     404 200   200
GET    /api/contacts/task-status/{bobs}/errors/           401     404 200   200
GET    /api/contacts/task-status/{bobs}/failed-rows.csv   401     404 200   200
GET    /api/contacts/task-status/{alices}/                401     404 404   200
GET    /api/contacts/task-status/{alices}/errors/         401     404 404   200
GET    /api/contacts/task-status/{alices}/failed-rows.csv 401     404 404   200
POST   /api/contacts/task-status/{bobs}/cancel/           401     404 202   202
POST   /api/contacts/task-status/{alices}/cancel/         401     404 404   202
GET    /api/schema/                                       200     200 200   200
GET    /api/docs/                                         200     200 200   200
GET    /healthz/live                                      200     200 200   200
GET    /healthz/ready                                     200     200 200   200
GET    /metrics                                           200     200 200   200
"""
CALLERS, *ROWS = (line.split() for line in MATRIX.split("\n") if line)


@pytest.fixture
def targets(alice: User, bob: User, charlie: User) -> dict[str, str]:
    """What stands in the braces."""
    users = {user.name.lower(): str(user.pk) for user in (alice, bob, charlie)}
    jobs = {
        f"{user.name.lower()}s": str(make_job("email\n", owner=user).id) for user in (alice, bob)
    }
    return users | jobs


def status_for(user: User | None, method: str, url: str) -> str:
    """What the caller gets; whatever the request changed is taken back."""
    client: APIClient = client_of(user)
    body = {"name": "New"} if method == "PATCH" else {}
    kind = "multipart" if "upload" in url else "json"
    with transaction.atomic():
        answer = getattr(client, method.lower())(url, body, format=kind)
        transaction.set_rollback(True)
    answer.getvalue()  # of a stream: its end
    return str(answer.status_code)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]} {row[1]}")
def test_each_caller_gets_what_the_matrix_says(
    row: list[str], targets: dict[str, str], alice: User, bob: User, charlie: User
) -> None:
    method, url, *expected = row
    callers = dict(zip(CALLERS, (None, charlie, bob, alice), strict=True))
    got = {name: status_for(user, method, url.format(**targets)) for name, user in callers.items()}
    assert got == dict(zip(CALLERS, expected, strict=True))

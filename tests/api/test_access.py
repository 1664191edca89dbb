"""The access matrix: one row per endpoint, method and target; one column per caller.

The last column is the scope that an API key needs. No key reaches the rows with `-`, and the rows
with `public` ignore the credentials of a request.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.admindocs.views import simplify_regex
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.test import APIClient

from core.http import internal_endpoints
from core.http.browser_middleware import ADMIN, CONSOLE
from tests.aliases import with_aliases
from tests.api_keys import client_with_key, make_key
from tests.conftest import PASSWORD, client_of
from tests.imports import make_job
from users_uc.models import Attribute, Scope, User
from webhooks import registry
from webhooks.models import Delivery

# Charlie and Erin are ordinary users, Dora is staff, Bob is staff and may import, Alice is a
# superuser. {charlies}, {bobs} and {alices} are the imports that they own.
MATRIX = """
anonymous erin charlie dora bob alice key
GET    /api/                                                200 200 200 200 200 200 public
POST   /api/v1/register/                                    400 400 400 400 400 400 public
POST   /api/v1/auth/login/                                  400 400 400 400 400 400 public
POST   /api/v1/auth/refresh/                                400 400 400 400 400 400 public
POST   /api/v1/auth/logout/                                 401 400 400 400 400 400 -
GET    /api/v1/users/me/                                    401 200 200 200 200 200 users:read
PATCH  /api/v1/users/me/                                    401 200 200 200 200 200 users:write
DELETE /api/v1/users/me/                                    401 400 400 400 400 400 users:write
GET    /api/v1/users/me/export/                             401 200 200 200 200 200 -
POST   /api/v1/users/me/password/                           401 400 400 400 400 400 -
POST   /api/v1/users/me/deactivate/                         401 400 400 400 400 400 -
POST   /api/v1/users/set_password/                          401 400 400 400 400 400 -
POST   /api/v1/users/set_email/                             401 400 400 400 400 400 -
POST   /api/v1/users/set_email_confirm/                     400 400 400 400 400 400 public
POST   /api/v1/users/activation/                            400 400 400 400 400 400 public
POST   /api/v1/users/resend_activation/                     400 400 400 400 400 400 public
POST   /api/v1/users/reset_password/                        400 400 400 400 400 400 public
POST   /api/v1/users/reset_password_confirm/                400 400 400 400 400 400 public
GET    /api/v1/users/                                       401 403 403 200 200 200 users:read
POST   /api/v1/users/                                       401 403 403 400 400 400 users:write
GET    /api/v1/users/export.csv                             401 403 403 200 200 200 users:read
GET    /api/v1/users/{charlie}/                             401 404 200 200 200 200 users:read
GET    /api/v1/users/{bob}/                                 401 404 404 200 200 200 users:read
GET    /api/v1/users/{alice}/                               401 404 404 200 200 200 users:read
GET    /api/v1/users/999999999999/                          401 404 404 404 404 404 users:read
PUT    /api/v1/users/{charlie}/                             401 404 400 400 400 400 users:write
PUT    /api/v1/users/{bob}/                                 401 404 404 400 400 400 users:write
PATCH  /api/v1/users/{charlie}/                             401 404 200 200 200 200 users:write
PATCH  /api/v1/users/{bob}/                                 401 404 404 403 200 200 users:write
PATCH  /api/v1/users/{alice}/                               401 404 404 403 403 200 users:write
DELETE /api/v1/users/{charlie}/                             401 404 403 204 204 204 users:write
DELETE /api/v1/users/{bob}/                                 401 404 404 403 403 204 users:write
DELETE /api/v1/users/{alice}/                               401 404 404 403 403 204 users:write
GET    /api/v1/keys/                                        401 200 200 200 200 200 -
POST   /api/v1/keys/                                        401 400 400 400 400 400 -
GET    /api/v1/keys/{charlies_key}/                         401 404 200 404 404 404 -
DELETE /api/v1/keys/{charlies_key}/                         401 404 204 404 404 404 -
GET    /api/v1/webhooks/                                    401 403 403 403 403 200 -
POST   /api/v1/webhooks/                                    401 403 403 403 403 400 -
GET    /api/v1/webhooks/{webhook}/                          401 403 403 403 403 200 -
PATCH  /api/v1/webhooks/{webhook}/                          401 403 403 403 403 400 -
DELETE /api/v1/webhooks/{webhook}/                          401 403 403 403 403 204 -
POST   /api/v1/webhooks/{webhook}/rotate-secret/            401 403 403 403 403 200 -
POST   /api/v1/webhooks/{webhook}/test/                     401 403 403 403 403 202 -
GET    /api/v1/webhooks/{webhook}/deliveries/               401 403 403 403 403 200 -
POST   /api/v1/webhooks/{webhook}/deliveries/{delivery}/redeliver/ 401 403 403 403 403 202 -
GET    /api/v1/attributes/                                  401 403 403 200 200 200 users:read
POST   /api/v1/attributes/                                  401 403 403 403 403 400 -
GET    /api/v1/attributes/{department}/                     401 403 403 200 200 200 users:read
GET    /api/v1/attributes/unknown/                          401 403 403 404 404 404 users:read
PUT    /api/v1/attributes/{department}/                     401 403 403 403 403 400 -
PATCH  /api/v1/attributes/{department}/                     401 403 403 403 403 400 -
DELETE /api/v1/attributes/{department}/                     401 403 403 403 403 204 -
GET    /api/contacts/upload-csv/                            401 403 403 403 204 204 imports:write
POST   /api/v1/imports/                                     401 403 403 403 400 400 imports:write
POST   /api/v1/imports/inspect/                             401 403 403 403 400 400 imports:write
GET    /api/v1/imports/template.csv                         401 403 403 403 200 200 imports:read
GET    /api/v1/imports/                                     401 200 200 200 200 200 imports:read
GET    /api/v1/imports/{charlies}/                          401 404 200 404 404 200 imports:read
GET    /api/v1/imports/{charlies}/rows/                     401 404 200 404 404 200 imports:read
GET    /api/v1/imports/{charlies}/invitations/              401 404 200 404 404 200 imports:read
GET    /api/v1/imports/{charlies}/rejected-rows.csv         401 404 200 404 404 200 imports:read
GET    /api/v1/imports/{charlies}/results.csv               401 404 409 404 404 409 imports:read
POST   /api/v1/imports/{charlies}/cancel/                   401 404 202 404 404 202 imports:write
GET    /api/v1/imports/{bobs}/                              401 404 404 404 200 200 imports:read
GET    /api/v1/imports/{bobs}/rows/                         401 404 404 404 200 200 imports:read
GET    /api/v1/imports/{bobs}/invitations/                  401 404 404 404 200 200 imports:read
GET    /api/v1/imports/{bobs}/rejected-rows.csv             401 404 404 404 200 200 imports:read
GET    /api/v1/imports/{bobs}/results.csv                   401 404 404 404 409 409 imports:read
POST   /api/v1/imports/{bobs}/cancel/                       401 404 404 404 202 202 imports:write
GET    /api/v1/imports/{alices}/                            401 404 404 404 404 200 imports:read
GET    /api/v1/imports/{alices}/rows/                       401 404 404 404 404 200 imports:read
GET    /api/v1/imports/{alices}/invitations/                401 404 404 404 404 200 imports:read
GET    /api/v1/imports/{alices}/rejected-rows.csv           401 404 404 404 404 200 imports:read
GET    /api/v1/imports/{alices}/results.csv                 401 404 404 404 404 409 imports:read
POST   /api/v1/imports/{alices}/cancel/                     401 404 404 404 404 202 imports:write
GET    /api/schema/                                         200 200 200 200 200 200 public
GET    /api/docs/                                           200 200 200 200 200 200 public
GET    /                                                    302 302 302 302 302 302 public
GET    /.well-known/jwks.json                               200 200 200 200 200 200 public
GET    /account/                                            200 200 200 200 200 200 public
GET    /healthz/live                                        200 200 200 200 200 200 public
GET    /healthz/ready                                       200 200 200 200 200 200 public
GET    /metrics                                             200 200 200 200 200 200 public
"""
(*CALLERS, _), *ROWS = with_aliases(MATRIX)
METHODS = ("get", "post", "put", "patch", "delete")

Methods = dict[str, set[str]]
"""Methods by URL, in which `<>` stands for each parameter."""


@pytest.fixture
def callers(alice: User, bob: User, charlie: User) -> dict[str, User | None]:
    """Return each caller of the matrix by name; the anonymous one is `None`."""
    erin = User.objects.create_user("erin@example.com", PASSWORD, name="Erin")
    dora = User.objects.create_user("dora@example.com", PASSWORD, name="Dora", is_staff=True)
    return dict(zip(CALLERS, (None, erin, charlie, dora, bob, alice), strict=True))


@pytest.fixture
def targets(callers: dict[str, User | None]) -> dict[str, str]:
    """Return the values of the placeholders in the URLs of the matrix."""
    users = {name: user for name, user in callers.items() if user is not None}
    jobs = {f"{name}s": str(make_job("email\n", owner=user).id) for name, user in users.items()}
    attribute = Attribute.objects.create(name="department", type="text")
    webhook, _ = registry.create(users["alice"], url="https://example.com/", events=[])
    delivery = Delivery.objects.create(
        webhook=webhook, event_type="webhook.test", data={}, status=Delivery.Status.FAILED
    )
    delivery.refresh_from_db()
    charlies_key, _ = make_key(users["charlie"], "users:read")
    return {
        **{name: str(user.pk) for name, user in users.items()},
        **jobs,
        "department": attribute.name,
        "charlies_key": str(charlies_key.pk),
        "webhook": str(webhook.pk),
        "delivery": str(delivery.pk),
    }


def status_for(client: APIClient, method: str, url: str) -> str:
    """Return the status that the caller gets, and roll back the changes of the request."""
    body = {"name": "New"} if method == "PATCH" else {}
    is_file = url.endswith(("/imports/", "/upload-csv/", "/inspect/"))
    kind = "multipart" if is_file else "json"
    with transaction.atomic():
        answer = getattr(client, method.lower())(url, body, format=kind)
        transaction.set_rollback(True)
    answer.getvalue()  # reads a stream to its end
    return str(answer.status_code)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]} {row[1]}")
def test_each_caller_gets_the_status_in_the_matrix(
    mail_is_configured: None,
    row: list[str],
    targets: dict[str, str],
    callers: dict[str, User | None],
) -> None:
    method, url, *expected, _ = row
    statuses = {
        name: status_for(client_of(user), method, url.format(**targets))
        for name, user in callers.items()
    }
    assert statuses == dict(zip(CALLERS, expected, strict=True))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]} {row[1]}")
def test_a_key_needs_the_scope_in_the_matrix(
    mail_is_configured: None, row: list[str], targets: dict[str, str], alice: User
) -> None:
    """A key that has it gets the status of its owner, and a key with every other scope a 403."""
    method, url, *_, of_owner, scope = row
    url = url.format(**targets)
    others = set(Scope.values) - {scope}
    refused = of_owner if scope == "public" else "403"
    assert status_for(client_with_key(alice, *others), method, url) == refused
    if scope in Scope.values:
        assert status_for(client_with_key(alice, scope), method, url) == of_owner


def served() -> Methods:
    """Return every URL and its methods, except those with a session: the admin and the console."""
    methods = {url: {"get"} for url in (*internal_endpoints.PUBLIC, *internal_endpoints.INTERNAL)}
    for pattern in get_resolver().url_patterns:
        if str(pattern.pattern) not in (ADMIN, CONSOLE):
            methods |= dict(below("", pattern))
    return methods


def below(prefix: str, pattern: URLPattern | URLResolver) -> Iterator[tuple[str, set[str]]]:
    """Yield the URLs of the pattern behind the prefix, with their methods."""
    route = prefix + str(pattern.pattern)
    if isinstance(pattern, URLResolver):
        for inner in pattern.url_patterns:
            yield from below(route, inner)
    else:
        yield shape(simplify_regex(route)), set(_methods(pattern.callback))


def _methods(view: Any) -> Iterator[str]:
    cls = getattr(view, "cls", None) or view.view_class
    handlers = getattr(view, "actions", None) or dir(cls)
    return (name for name in METHODS if name in handlers and name in cls.http_method_names)


def shape(url: str) -> str:
    """Return the URL with `<>` for each parameter."""
    return re.sub(r"<[^>]*>|\{\w+\}|\b9+\b|\bunknown\b", "<>", url)


def test_every_endpoint_and_method_has_a_row() -> None:
    """A new endpoint fails this test until the matrix has a row for it."""
    rows: Methods = defaultdict(set)
    for method, url, *_ in ROWS:
        rows[shape(url)].add(method.lower())
    assert served() == rows

"""Every URL with every method of HTTP, and with a method that HTTP does not define."""

import re
from collections.abc import Iterator
from http import HTTPMethod

import pytest
from django.contrib.admindocs.views import simplify_regex
from django.db import transaction
from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.test import APIClient

from core.http import internal_endpoints
from tests.conftest import client_of
from tests.imports import make_job
from users_uc.models import User

METHODS = (*HTTPMethod, "BREW")
BODIES = ((b"", ""), (b"{}", "application/json"), (b"a=1", "application/x-www-form-urlencoded"))
READ_ONLY = (*internal_endpoints.PUBLIC, *internal_endpoints.INTERNAL, "/api/docs/")
STATIC = ("/static/admin/css/base.css", "/static/nothing.css")


def routes(prefix: str, pattern: URLPattern | URLResolver) -> Iterator[str]:
    """Yield every URL of the pattern, in which `<name>` stands for a parameter."""
    route = prefix + str(pattern.pattern)
    if isinstance(pattern, URLResolver):
        for inner in pattern.url_patterns:
            yield from routes(route, inner)
    else:
        yield simplify_regex(route)


ROUTES = sorted({*READ_ONLY, *STATIC, *routes("", get_resolver())})


@pytest.fixture
def superuser(alice: User) -> APIClient:
    """Return a client that sends a token to the API and a session to the admin."""
    client = client_of(alice)
    client.raise_request_exception = False
    client.force_login(alice)
    return client


@pytest.fixture
def targets(charlie: User) -> dict[str, str]:
    """Return the values of parameters; the others get the id of a user."""
    job = make_job("email\na@x.com\n", owner=charlie)
    return {"<task_id>": str(job.id), "<app_label>": "users_uc", "<var>": str(charlie.pk)}


def send(client: APIClient, method: str, url: str, body: bytes, kind: str) -> HttpResponse:
    """Send a request, read its answer and roll back its changes."""
    with transaction.atomic():
        answer = client.generic(method, url, body, kind)  # type: ignore[arg-type]
        b"".join(answer)  # the end of a stream closes it
        transaction.set_rollback(True)
    return answer


@pytest.mark.parametrize("route", ROUTES)
def test_no_method_is_a_500(superuser: APIClient, targets: dict[str, str], route: str) -> None:
    url = re.sub(r"<\w+>", lambda name: targets.get(name[0], targets["<var>"]), route)
    statuses = {
        (method, kind): send(superuser, method, url, body, kind).status_code
        for method in METHODS
        for body, kind in BODIES
    }
    assert not {case: status for case, status in statuses.items() if status >= 500}


@pytest.mark.parametrize("url", READ_ONLY)
@pytest.mark.parametrize("method", METHODS)
def test_other_methods_than_get_and_head_are_405(db: None, method: str, url: str) -> None:
    answer = send(APIClient(raise_request_exception=False), method, url, *BODIES[0])
    if method in {"GET", "HEAD"}:
        assert answer.status_code == 200
    else:
        assert answer.status_code == 405
        assert answer["Allow"] == "GET, HEAD"

"""GET contacts/upload-csv/: whether the caller may send a file."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from tests.api.answers import assert_error

URL = "/api/contacts/upload-csv/"


def test_a_user_with_the_permission_gets_204(as_bob: APIClient) -> None:
    answer = as_bob.get(URL)
    assert (answer.status_code, answer.content) == (204, b"")


def test_a_user_without_the_permission_gets_403(as_charlie: APIClient) -> None:
    assert_error(as_charlie.get(URL), 403, "permission_denied")


@pytest.mark.django_db
def test_an_anonymous_request_gets_401(anonymous: APIClient) -> None:
    answer = anonymous.get(URL)
    assert_error(answer, 401, "not_authenticated")
    assert answer["WWW-Authenticate"] == 'Bearer realm="api"'


def test_the_errors_are_those_of_an_upload(as_charlie: APIClient, anonymous: APIClient) -> None:
    for client in (as_charlie, anonymous):
        checked, uploaded = client.get(URL), client.post(URL, {}, format="multipart")
        assert checked.status_code == uploaded.status_code
        assert checked.json()["error"] == uploaded.json()["error"]


def test_the_check_changes_nothing(as_bob: APIClient) -> None:
    with CaptureQueriesContext(connection) as queries:
        as_bob.get(URL)
    assert all(query["sql"].startswith("SELECT") for query in queries)

"""GET contacts/upload-csv/: whether the caller may send a file."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from tests.api.answers import assert_error

URL = "/api/contacts/upload-csv/"


def test_who_may_import_may_begin(as_bob: APIClient) -> None:
    answer = as_bob.get(URL)
    assert (answer.status_code, answer.content) == (204, b"")


def test_who_may_not_is_told_why(as_charlie: APIClient) -> None:
    assert_error(as_charlie.get(URL), 403, "permission_denied")


@pytest.mark.django_db
def test_who_is_unknown_is_asked_for_a_token(anonymous: APIClient) -> None:
    answer = anonymous.get(URL)
    assert_error(answer, 401, "not_authenticated")
    assert answer["WWW-Authenticate"] == 'Bearer realm="api"'


def test_the_question_is_the_upload_s_own(as_charlie: APIClient, anonymous: APIClient) -> None:
    for client in (as_charlie, anonymous):
        asked, sent = client.get(URL), client.post(URL, {}, format="multipart")
        assert asked.status_code == sent.status_code
        assert asked.json()["error"] == sent.json()["error"]


def test_it_changes_nothing(as_bob: APIClient) -> None:
    with CaptureQueriesContext(connection) as queries:
        as_bob.get(URL)
    assert all(query["sql"].startswith("SELECT") for query in queries)

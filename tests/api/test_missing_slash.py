"""Requests to URLs of the API without their last slash."""

import pytest
from rest_framework.test import APIClient

from tests.api.answers import assert_error, message
from users_uc.models import User

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize(
    "url",
    [
        "/api/users",
        "/api/v1/users/{id}",
        "/api/v1/users/me",
        "/api/v1/auth/login",
        "/api/attributes",
        "/api",
    ],
)
def test_a_change_is_a_404_that_names_the_url(
    as_alice: APIClient, bob: User, method: str, url: str
) -> None:
    """Fails if it is redirected: clients repeat it as a GET, which succeeds and changes nothing."""
    path = url.format(id=bob.pk)
    answer = as_alice.generic(method, path, "{}", content_type="application/json")
    assert_error(answer, 404, "not_found")
    assert f"Send the request to {path}/, with the last slash." in message(answer)
    assert User.objects.filter(pk=bob.pk).exists()


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_a_request_that_changes_nothing_is_redirected(as_alice: APIClient, method: str) -> None:
    answer = as_alice.generic(method, "/api/v1/users?page_size=1")
    assert (answer.status_code, answer["Location"]) == (301, "/api/v1/users/?page_size=1")


def test_a_change_at_an_unknown_url_is_another_404(as_alice: APIClient) -> None:
    answer = as_alice.post("/api/people")
    assert_error(answer, 404, "not_found")
    assert message(answer) == "There is nothing at this URL."

"""The headers ETag, If-None-Match and If-Match of users."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from tests.api.answers import assert_error
from tests.conftest import PASSWORD
from users_uc.models import User

ME = "/api/v1/users/me/"


def url(user: User) -> str:
    return f"/api/v1/users/{user.pk}/"


def test_a_tag_changes_with_the_user(as_alice: APIClient, charlie: User) -> None:
    first = as_alice.get(url(charlie))["ETag"]
    assert as_alice.get(url(charlie))["ETag"] == first
    changed = as_alice.patch(url(charlie), {"can_import": True})
    assert changed["ETag"] != first
    assert as_alice.get(url(charlie))["ETag"] == changed["ETag"]


def test_a_created_user_has_the_tag_of_the_detail(as_alice: APIClient) -> None:
    created = as_alice.post("/api/v1/users/", {"email": "new@x.com", "can_import": True})
    assert as_alice.get(created["Location"])["ETag"] == created["ETag"]


def test_the_own_user_has_the_same_tag(as_charlie: APIClient, charlie: User) -> None:
    assert as_charlie.get(ME)["ETag"] == as_charlie.get(url(charlie))["ETag"]


def test_a_list_has_no_tag(as_alice: APIClient) -> None:
    assert "ETag" not in as_alice.get("/api/v1/users/")


@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}'])
def test_an_unchanged_user_is_not_sent_again(as_charlie: APIClient, form: str) -> None:
    tag = as_charlie.get(ME)["ETag"]
    answer = as_charlie.get(ME, HTTP_IF_NONE_MATCH=form.format(tag))
    assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", tag)
    assert as_charlie.get(ME, HTTP_IF_NONE_MATCH='"other"').status_code == 200


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_a_change_of_an_old_version_is_412(as_alice: APIClient, charlie: User, method: str) -> None:
    """Fails if the change overwrites one that the client has not seen."""
    old = as_alice.get(url(charlie))["ETag"]
    as_alice.patch(url(charlie), {"phone": "+351 1"})
    body = {} if method == "delete" else {"email": charlie.email, "name": "Lost"}
    answer = getattr(as_alice, method)(url(charlie), body, HTTP_IF_MATCH=old)
    assert_error(answer, 412, "precondition_failed")
    charlie.refresh_from_db()
    assert (charlie.name, charlie.phone) == ("Charlie", "+351 1")


@pytest.mark.parametrize("form", ["{}", "W/{}", "*", '"other", {}'])
def test_a_change_of_the_present_version_is_made(
    as_alice: APIClient, charlie: User, form: str
) -> None:
    tag = as_alice.get(url(charlie))["ETag"]
    answer = as_alice.patch(url(charlie), {"name": "New"}, HTTP_IF_MATCH=form.format(tag))
    assert answer.json()["name"] == "New"
    assert as_alice.delete(url(charlie), HTTP_IF_MATCH=answer["ETag"]).status_code == 204


def test_users_change_the_present_version_of_themselves(as_charlie: APIClient) -> None:
    answer = as_charlie.patch(ME, {"name": "New"}, HTTP_IF_MATCH='"old"')
    assert_error(answer, 412, "precondition_failed")
    tag = as_charlie.get(ME)["ETag"]
    assert as_charlie.patch(ME, {"name": "New"}, HTTP_IF_MATCH=tag).status_code == 200


def test_an_account_that_has_changed_is_not_deleted(as_charlie: APIClient, charlie: User) -> None:
    """Fails if the deletion ignores a change that the client has not seen."""
    old, body = as_charlie.get(ME)["ETag"], {"current_password": PASSWORD}
    as_charlie.patch(ME, {"name": "New"})
    answer = as_charlie.delete(ME, body, HTTP_IF_MATCH=old)
    assert_error(answer, 412, "precondition_failed")
    answer = as_charlie.delete(ME, body, HTTP_IF_MATCH="old")
    assert_error(answer, 400, "invalid", **{"If-Match": "invalid"})
    tag = as_charlie.get(ME)["ETag"]
    assert as_charlie.delete(ME, body, HTTP_IF_MATCH=tag).status_code == 204
    assert not User.objects.filter(pk=charlie.pk).exists()


@pytest.mark.parametrize("value", ["", '"', "old", "W/", '"é"', '"' * 1000])
def test_a_malformed_header_is_400(as_alice: APIClient, charlie: User, value: str) -> None:
    answer = as_alice.patch(url(charlie), {"name": "New"}, HTTP_IF_MATCH=value)
    assert_error(answer, 400, "invalid", **{"If-Match": "invalid"})
    assert as_alice.get(url(charlie), HTTP_IF_NONE_MATCH=value).status_code == 200


def test_only_a_request_with_the_header_reads_the_user_again(
    as_alice: APIClient, charlie: User
) -> None:
    tag, counts = as_alice.get(url(charlie))["ETag"], list[int]()
    headers: tuple[dict[str, Any], ...] = ({}, {"HTTP_IF_MATCH": tag})
    for sent in headers:
        with CaptureQueriesContext(connection) as queries:
            as_alice.patch(url(charlie), {"name": "Charlie"}, **sent)
        counts.append(len(queries))
    assert counts[1] == counts[0] + 1

"""Errors about values that are none of the choices of a field."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from tests.api.answers import wrong_fields

KEY = {"name": "x", "scopes": ["users:read", "admin"]}
WEBHOOK = {"url": "https://example.com/", "events": ["user.born"]}
REQUESTS: list[tuple[str, str, dict[str, Any], str, str]] = [
    ("post", "keys/", KEY, "scopes.1", "imports:read, "),
    ("post", "webhooks/", WEBHOOK, "events.0", "user.created, "),
    ("post", "attributes/", {"name": "floor", "type": "json"}, "type", "text, "),
    ("get", "imports/", {"status": "success"}, "status", "SUCCESS"),
    ("get", "users/", {"ordering": "name"}, "ordering", "-id, id, email, -email"),
]


@pytest.mark.parametrize(("method", "url", "sent", "field", "choices"), REQUESTS)
def test_the_error_names_the_choices(
    as_alice: APIClient, method: str, url: str, sent: dict[str, Any], field: str, choices: str
) -> None:
    (error,) = wrong_fields(getattr(as_alice, method)(f"/api/v1/{url}", sent))[field]
    assert error["code"] == "invalid_choice"
    assert "Send one of these: " in error["message"]
    assert choices in error["message"]


@pytest.mark.parametrize(
    ("option", "choices"),
    [
        ("mode", "create, upsert"), ("match", "email, external_id"), ("date_order", "dmy, mdy"),
        ("on_error", "continue, abort"), ("language", "en, pt-br"),
    ],
)  # fmt: skip
def test_the_error_of_an_option_names_the_choices(
    as_alice: APIClient, option: str, choices: str
) -> None:
    url = f"/api/v1/imports/?{option}=NONE"
    (error,) = wrong_fields(as_alice.generic("POST", url, "email\n", "text/csv"))[option]
    assert error["message"] == f'"NONE" is not one of the choices. Send one of these: {choices}.'


def test_a_long_value_is_shortened(as_alice: APIClient) -> None:
    answer = as_alice.get("/api/v1/users/", {"ordering": "x" * 5000})
    assert len(answer.content) < 500

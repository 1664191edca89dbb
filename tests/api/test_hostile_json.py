"""Malformed bodies for every endpoint that takes JSON. Each gets a clear 400, never a 500."""

import io
import json
import re
import tracemalloc
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse
from rest_framework.test import APIClient

from core.http.json_body import MAX_VALUES
from tests.api.answers import assert_error, message, wrong_fields
from tests.api.test_access import served
from tests.conftest import PASSWORD, client_of
from users_uc.models import Attribute, User
from webhooks import sealed
from webhooks.models import Webhook

FORMS = {("post", "/api/v1/imports/"), ("post", "/api/v1/imports/inspect/")}
"""Those of test_hostile_forms.py."""
WITHOUT_FIELDS = sorted(
    {
        ("post", "/api/v1/imports/<>/cancel/"),
        ("delete", "/api/v1/users/<>/"),
        ("delete", "/api/v1/attributes/<>/"),
        ("delete", "/api/v1/keys/<>/"),
        ("delete", "/api/v1/webhooks/<>/"),
        ("post", "/api/v1/webhooks/<>/test/"),
        ("post", "/api/v1/webhooks/<>/deliveries/<>/redeliver/"),
    }
)
ENDPOINTS = sorted(
    (method, pattern)
    for pattern, methods in served().items()
    for method in methods - {"get"}
    if pattern.startswith("/api/v1/") and (method, pattern) not in FORMS
)
DEEP = 100_000

INVALID_JSON = {
    "nested deeply": b"[" * DEEP + b"]" * DEEP,
    "nested deeply in objects": b'{"email":' * DEEP + b"1" + b"}" * DEEP,
    "nested deeply and not closed": b"[" * DEEP,
    "NaN": b'{"email": NaN}',
    "infinity": b'{"email": -Infinity}',
    "a number that is too large": b'{"email": 1e999}',
    "5,000 digits": b'{"email": %b}' % (b"9" * 5000),
    "invalid UTF-8": b'{"email": "\xff"}',
    "UTF-16": '{"email": "a"}'.encode("utf-16"),
    "a byte order mark": b"\xef\xbb\xbf{}",
    "a NUL": b'{"email": "\x00"}',
    "a lone surrogate": b'{"email": "\\ud800"}',
    "a lone surrogate as bytes": b'{"email": "\xed\xa0\x80"}',
    "a lone surrogate as key": b'{"\\udfff": 1}',
    "a key twice": b'{"email": 1, "email": 2}',
    "a key twice, once escaped": b'{"email": 1, "\\u0065mail": 2}',
    "a key twice inside": b'{"email": [{"a": 1, "a": 1}]}',
    "nothing but blanks": b" \n ",
    "two documents": b"{} {}",
    "truncated": b'{"email": "a',
    "a form": b"email=a&password=b",
    "only NULs": bytes(1000),
}


def send(
    client: APIClient, endpoint: tuple[str, str], body: Any, kind: str, **received: Any
) -> HttpResponse:
    """Send the body to the endpoint, whose URL has Charlie's id or the attribute `department`."""
    method, pattern = endpoint
    user = User.objects.get(email="charlie@example.com")
    url = re.sub("(?<=imports/)<>|(?<=deliveries/)<>", str(UUID(int=1)), pattern)
    url = url.replace("<>", "department" if "attributes" in pattern else str(user.pk))
    return client.generic(method.upper(), url, body, kind, **received)


@pytest.fixture
def client(alice: User, charlie: User, mail_is_configured: None) -> APIClient:
    """Return the client of Alice, a superuser."""
    Attribute.objects.create(name="department", type="text")
    sealed_secret = sealed.seal(sealed.new_secret())
    Webhook.objects.create(pk=charlie.pk, url="https://a.example/", events=[], secret=sealed_secret)
    return client_of(alice)


@pytest.mark.parametrize("body", INVALID_JSON.values(), ids=INVALID_JSON.keys())
def test_invalid_json_is_400(client: APIClient, body: bytes) -> None:
    for endpoint in ENDPOINTS:
        assert_error(send(client, endpoint, body, "application/json"), 400, "parse_error")


@pytest.mark.parametrize("body", [b"[]", b"[{}]", b"null", b'"text"', b"1", b"true", b"[null]"])
def test_json_that_is_not_an_object_is_400(client: APIClient, body: bytes) -> None:
    code = "null" if body == b"null" else "invalid"
    for endpoint in ENDPOINTS:
        answer = send(client, endpoint, body, "application/json")
        assert_error(answer, 400, "invalid", non_field_errors=code)


HOSTILE = [
    *(None, [], {}, True, -1, 10**19, 1e308, {"$gt": ""}, [None] * 1000),
    *("", "\0", "ann@x.com\0", "\ufeff", "\u202e", "\U0001f600@x.com", "a@" + "b" * 300),
    *("9" * 5000, "eyJ" * 3000, "x" * 100_000),
]
VALID = {
    "email": "new@example.com",
    "uid": "MQ",
    "token": "a.b.c",
    "password": PASSWORD,
    "new_password": f"a new {PASSWORD}",
}


FIELDS = {
    "emails": ["email", "new_email"],
    "secrets": ["password", "current_password", "new_password", "refresh", "uid", "token"],
    "others": [
        *("name", "phone", "is_active", "is_staff", "is_superuser", "can_import"),
        *("must_change_password", "external_id", "attributes"),
    ],
    "keys": ["scopes", "expires_at"],
    "webhooks": ["url", "events", "description", "enabled"],
    "declarations": [
        *("type", "choices", "required", "label_en", "label_pt_br", "headers"),
    ],
}


def test_fields_lists_every_field_of_the_bodies(client: APIClient) -> None:
    """Fails if an endpoint takes a field that gets no hostile value in these tests."""
    schemas = client.get("/api/schema/?format=json").json()["components"]["schemas"]
    bodies = (body for name, body in schemas.items() if name.endswith("Request"))
    of_json = (set(body["properties"]) for body in bodies if "file" not in body["properties"])
    assert set().union(*of_json) == set().union(*FIELDS.values())


@pytest.mark.parametrize("names", FIELDS.values(), ids=FIELDS.keys())
@pytest.mark.parametrize("value", HOSTILE, ids=lambda value: repr(value)[:20])
def test_a_hostile_value_gets_no_500(client: APIClient, value: object, names: list[str]) -> None:
    body = json.dumps(VALID | dict.fromkeys(names, value)).encode()
    for endpoint in ENDPOINTS:
        with transaction.atomic():
            answer = send(client, endpoint, body, "application/json")
            transaction.set_rollback(True)
        cache.clear()  # resets the rate limits
        assert answer.status_code in {200, 201, 204, 400, 401}, (endpoint, answer.content)


def test_a_field_of_a_request_without_fields_is_400(client: APIClient) -> None:
    """Fails if the endpoint does its work although the client means something else."""
    for endpoint in WITHOUT_FIELDS:
        answer = send(client, endpoint, b'{"dry_run": true}', "application/json")
        assert_error(answer, 400, "invalid", dry_run="unknown_field")
        (error,) = wrong_fields(answer)["dry_run"]
        assert error["message"] == "This request takes no fields. Send it without a body."


def test_a_request_without_fields_may_have_an_empty_object(client: APIClient) -> None:
    for endpoint in WITHOUT_FIELDS:
        with transaction.atomic():
            answer = send(client, endpoint, b"{}", "application/json")
            transaction.set_rollback(True)
        assert answer.status_code in {202, 204, 404}


def test_a_method_that_does_not_exist_is_405_with_any_body(client: APIClient) -> None:
    for url in ("/api/v1/users/", "/api/v1/keys/", "/api/v1/attributes/", "/api/v1/webhooks/"):
        answer = client.delete(url, {"name": "Ann"}, format="json")
        assert_error(answer, 405, "method_not_allowed")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "", "json"])
def test_an_unsupported_content_type_is_415(client: APIClient, kind: str) -> None:
    for endpoint in ENDPOINTS:
        assert_error(send(client, endpoint, b"{}", kind), 415, "unsupported_media_type")


class Endless(io.RawIOBase):
    """An endless body that counts the bytes read."""

    bytes_read = 0

    def read(self, size: int = -1) -> bytes:
        """Return `size` blanks."""
        self.bytes_read += size
        return b" " * size


def test_a_body_of_50_megabytes_is_413_and_not_read(client: APIClient) -> None:
    for endpoint in ENDPOINTS:
        body = Endless()
        received: dict[str, Any] = {"wsgi.input": body, "CONTENT_LENGTH": "50000000"}
        assert_error(send(client, endpoint, b"", "application/json", **received), 413, "too_large")
        assert 0 < body.bytes_read <= settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1


@pytest.mark.parametrize("value", [b"{}", b"[]", b"0", b"[[[]]]", b'{"a":{}}'])
def test_a_megabyte_of_small_values_is_400_in_little_memory(
    client: APIClient, value: bytes
) -> None:
    body = b'{"refresh":[' + b",".join([value] * (1_000_000 // (len(value) + 1))) + b"]}"
    tracemalloc.start()
    answer = send(client, ("post", "/api/v1/auth/refresh/"), body, "application/json")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert_error(answer, 400, "parse_error")
    assert peak < 10_000_000


def test_a_body_has_at_most_10000_values(client: APIClient) -> None:
    largest = b'{"refresh":[' + b"0," * (MAX_VALUES - 2) + b"0]}"
    for body, words in (
        (largest, "Not a valid string."),
        (largest.replace(b"[", b"[0,"), "at most 10,000"),
    ):
        answer = send(client, ("post", "/api/v1/auth/refresh/"), body, "application/json")
        assert words in answer.content.decode(), answer.content


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"email": "\xe9"}', "not valid UTF-8"),
        (INVALID_JSON["UTF-16"], "not valid UTF-8"),
        (INVALID_JSON["a byte order mark"], "byte order mark"),
        (INVALID_JSON["nested deeply"], "at most 10,000 values"),
        (b"[" * 2000 + b"]" * 2000, "depth limit"),
        (INVALID_JSON["a key twice"], "'email' more than once"),
        (b'{"email": }', "line 1 column 11"),
    ],
)
def test_the_message_names_the_error(client: APIClient, body: bytes, words: str) -> None:
    answer = send(client, ("post", "/api/v1/auth/login/"), body, "application/json")
    assert words in message(answer)

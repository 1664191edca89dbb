"""Malformed ids and query parameters in URLs. None gets a 500."""

from itertools import product
from urllib.parse import quote
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from tests.conftest import client_of
from tests.imports import imported
from users_uc.models import User

MALFORMED = [
    "%00",
    "10" * 10,
    "9" * 5000,
    "-1",
    "1.0",
    "%C2%B2",
    "%FF",
    "a",
    "%20",
    "..",
    "%2e%2e%2f",
]
SCHEMA_QUERIES = ["format", "lang", "version", "unknown"]
QUERIES = [
    *("page_size", "cursor", "search", "is_active", "import", "ordering", "include"),
    *SCHEMA_QUERIES,
]
VALUES = ["%00", "", "%FF", "-1", quote("bz0tMQ==")]
MORE_VALUES = [
    *(value for value in MALFORMED if value not in VALUES),
    *("1000000000", "%", "%u0041", "[]", "a&" * 1001, "%ED%A0%80", "%00" * 500),
    *map(quote, ("'; DROP TABLE x; --", "\U0001f600", "cj0xJnA9YQ==", "b3D9MTAw")),
]


@pytest.mark.parametrize("malformed_id", MALFORMED, ids=lambda malformed_id: malformed_id[:20])
def test_a_malformed_id_is_404(as_alice: APIClient, malformed_id: str) -> None:
    job = uuid4()
    for url in (
        f"/api/v1/users/{malformed_id}/",
        f"/api/v1/imports/{malformed_id}/",
        f"/api/v1/imports/{malformed_id}/rows/",
        f"/api/v1/imports/{job}{malformed_id}/",
    ):
        assert as_alice.get(url).status_code in {301, 404}, url


@pytest.mark.parametrize(
    "value",
    [*VALUES, *(pytest.param(value, marks=pytest.mark.slow) for value in MORE_VALUES)],
    ids=lambda value: value[:20],
)
def test_a_malformed_query_gets_no_500(alice: User, value: str) -> None:
    client, job = client_of(alice), imported("email\nbad\n", owner=alice).id
    urls = (
        *("/api/v1/users/", "/api/v1/imports/", f"/api/v1/users/{alice.pk}/"),
        *(
            f"/api/v1/imports/{job}/{path}"
            for path in ("", "rows/", "rejected-rows.csv", "results.csv")
        ),
        "/healthz/live",
    )
    # To write the schema takes a hundred times as long as any other answer.
    for name, url in [*product(QUERIES, urls), *product(SCHEMA_QUERIES, ["/api/schema/"])]:
        answer = client.get(f"{url}?{name}={value}")
        list(answer)  # a stream has a place in a budget until it ends
        assert answer.status_code in {200, 400, 404}, (url, name, answer.status_code)

"""What stands in addresses and should not: never a 500."""

from itertools import product
from urllib.parse import quote
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from tests.conftest import client_of
from tests.imports import imported
from users_uc.models import User

ODD = ["%00", "10" * 10, "9" * 5000, "-1", "1.0", "%C2%B2", "%FF", "a", "%20", "..", "%2e%2e%2f"]
QUERIES = [
    *("page_size", "cursor", "search", "is_active", "import", "ordering", "include", "unknown"),
    *("format", "lang", "version"),
]
VALUES = [
    *(*ODD, "1000000000", "", "%", "%u0041", "[]", "a&" * 1001, "%ED%A0%80", "%00" * 500),
    *map(quote, ("'; DROP TABLE x; --", "\U0001f600", "bz0tMQ==", "cj0xJnA9YQ==", "b3D9MTAw")),
]


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: odd[:20])
def test_an_odd_id_is_404(as_alice: APIClient, odd: str) -> None:
    job = uuid4()
    for address in (
        f"/api/users/{odd}/",
        f"/api/contacts/task-status/{odd}/",
        f"/api/contacts/task-status/{odd}/errors/",
        f"/api/contacts/task-status/{job}{odd}/",
    ):
        assert as_alice.get(address).status_code in {301, 404}, address


@pytest.mark.parametrize("value", VALUES, ids=lambda value: value[:20])
def test_an_odd_query_is_answered(alice: User, value: str) -> None:
    client, job = client_of(alice), imported("email\nbad\n", owner=alice).id
    addresses = (
        *("/api/users/", "/api/contacts/imports/", f"/api/users/{alice.pk}/"),
        *(
            f"/api/contacts/task-status/{job}/{below}"
            for below in ("", "errors/", "failed-rows.csv")
        ),
        *("/api/schema/", "/healthz/live"),
    )
    for name, address in product(QUERIES, addresses):
        status = client.get(f"{address}?{name}={value}").status_code
        assert status in {200, 400, 404}, (address, name, status)

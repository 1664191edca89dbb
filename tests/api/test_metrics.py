"""GET /metrics."""

import pytest
from rest_framework.test import APIClient

from tests.api.answers import assert_error


def test_counts_requests_and_queries(as_bob: APIClient, anonymous: APIClient) -> None:
    as_bob.get("/api/users/me/")
    answer = anonymous.get("/metrics")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain")
    text = answer.content.decode()
    view = 'django_http_requests_total_by_view_transport_method_total{method="GET"'
    assert f'{view},transport="http",view="me"}}' in text
    for vendor in ("django_db_execute_total", "django_db_new_connections_total"):
        assert f'{vendor}{{alias="default",vendor="postgresql"}}' in text


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "172.17.0.5", "::1", "fd00::1", ""])
def test_is_there_for_the_internal_network(anonymous: APIClient, address: str) -> None:
    assert anonymous.get("/metrics", REMOTE_ADDR=address).status_code == 200


@pytest.mark.parametrize("address", ["8.8.8.8", "2001:4860:4860::8888", "::ffff:8.8.8.8"])
def test_is_404_for_a_public_address(anonymous: APIClient, address: str) -> None:
    assert_error(anonymous.get("/metrics", REMOTE_ADDR=address), 404, "not_found")


@pytest.mark.parametrize("forwarded", ["8.8.8.8", "10.1.2.3", ""])
def test_is_404_for_what_came_through_a_proxy(anonymous: APIClient, forwarded: str) -> None:
    answer = anonymous.get("/metrics", HTTP_X_FORWARDED_FOR=forwarded)
    assert_error(answer, 404, "not_found")

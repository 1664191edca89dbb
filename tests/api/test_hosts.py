"""Which requests must name a host of ALLOWED_HOSTS."""

import pytest
from rest_framework.test import APIClient

from tests.api.answers import assert_error

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/healthz/live", "/healthz/ready", "/metrics"])
@pytest.mark.parametrize("host", ["172.18.0.5:8000", "app"])
def test_probes_and_metrics_are_asked_by_address(
    anonymous: APIClient, path: str, host: str
) -> None:
    assert anonymous.get(path, headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("path", ["/api/", "/api/docs/", "/admin/", "/x/healthz/live", "/metrics/"])
def test_everything_else_by_name(anonymous: APIClient, path: str) -> None:
    assert_error(anonymous.get(path, headers={"Host": "evil.example"}), 400, "bad_request")

"""Errors of the API client."""

import pytest

from local.api_client import ApiClient
from local.errors import LocalError


def test_the_error_for_an_unavailable_server_names_the_url() -> None:
    with pytest.raises(LocalError, match=r"/api/v1/auth/login/: .*refused"):
        ApiClient.log_in("http://127.0.0.1:1", "ana@example.com", "password")

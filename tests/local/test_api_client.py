"""The demo's client tells what went wrong in one line."""

import pytest

from local.api_client import ApiClient
from local.errors import LocalError


def test_a_server_that_is_away_is_told_with_the_address() -> None:
    with pytest.raises(LocalError, match=r"/api/auth/login/: .*refused"):
        ApiClient("http://127.0.0.1:1", "ana@example.com", "password")

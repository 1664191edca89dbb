"""What browsers are told with every answer."""

import pytest
from rest_framework.test import APIClient

STRICT = {
    "default-src": {"'none'"},
    "base-uri": {"'none'"},
    "frame-ancestors": {"'none'"},
    "script-src": {"'self'"},
    "style-src": {"'self'"},
    "font-src": {"'self'"},
    "connect-src": {"'self'"},
    "form-action": {"'self'"},
    "img-src": {"'self'", "data:"},
}


def policy_at(address: str) -> dict[str, set[str]]:
    """The Content-Security-Policy's sources, by directive."""
    answer = APIClient().get(address)
    directives = [part.split() for part in answer["Content-Security-Policy"].split(";")]
    return {name: set(sources) for name, *sources in directives}


@pytest.mark.parametrize(
    "address", ["/api/", "/api/users/me/", "/api/nowhere/", "/admin/login/", "/api/schema/"]
)
def test_nothing_is_loaded_from_elsewhere(db: None, address: str) -> None:
    assert policy_at(address) == STRICT


def test_the_page_of_the_schema_has_styles_within_but_no_scripts(db: None) -> None:
    assert policy_at("/api/docs/") == STRICT | {"style-src": {"'self'", "'unsafe-inline'"}}


@pytest.mark.parametrize("address", ["/api/", "/api/users/me/", "/api/nowhere/", "/admin/login/"])
def test_no_other_site_reads_or_frames_it(db: None, address: str) -> None:
    answer = APIClient().get(address, HTTP_ORIGIN="https://elsewhere.example")
    assert not [name for name in answer.headers if name.lower().startswith("access-control-")]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"

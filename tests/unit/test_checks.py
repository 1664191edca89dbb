"""Settings that are unsafe together."""

from typing import Any

import pytest
from pytest_django import Settings

from core.checks import check_settings

KEY = "a key that is long enough for the tests of it"
BEHIND_ONE = {"NUM_PROXIES": 1}


def ids() -> list[str | None]:
    """Of what is found."""
    return [message.id for message in check_settings()]


def test_settings_as_they_are_meant_to_be(settings: Settings) -> None:
    assert ids() == []
    settings.HTTPS_ONLY = True
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | BEHIND_ONE
    assert ids() == []


@pytest.mark.parametrize(
    ("unsafe", "expected"),
    [
        ({"SECRET_KEY": KEY}, "core.E001"),
        ({"JWT_PREVIOUS_SECRET_KEYS": [KEY]}, "core.E002"),
        ({"HTTPS_ONLY": True, "DEBUG": True}, "core.E003"),
        ({"HTTPS_ONLY": True, "REST_FRAMEWORK": {"NUM_PROXIES": 0}}, "core.E004"),
        ({"HTTPS_ONLY": True, "ALLOWED_HOSTS": ["*"]}, "core.E005"),
    ],
)
def test_what_is_unsafe(settings: Settings, unsafe: dict[str, Any], expected: str) -> None:
    settings.SIMPLE_JWT = settings.SIMPLE_JWT | {"SIGNING_KEY": KEY}
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | BEHIND_ONE
    for name, value in unsafe.items():
        setattr(settings, name, value)
    assert ids() == [expected]

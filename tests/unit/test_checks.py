"""System checks for settings that are unsafe together."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from core.checks import check_settings

KEY = "a key that is long enough for the tests of it"
OTHER_KEY = KEY[::-1]
BEHIND_ONE_PROXY = {"NUM_PROXIES": 1}
PUBLIC = {"ALLOWED_HOSTS": ["accounts.example.com"]}
SAFE: dict[str, Any] = {"SECRET_KEY": OTHER_KEY, "ALLOWED_HOSTS": ["localhost", "[::1]"]}
MAILS = {"EMAIL_BACKEND": "users_uc.mail.smtp.EmailBackend", "EMAIL_HOST": "smtp.example.com"}
MAILS["DEFAULT_FROM_EMAIL"] = "accounts@example.com"
REMOTE_DATABASE = {"HOST": "db.example.com", "USER": "people"}
SEVERAL_DATABASES = {"HOST": "127.0.0.1,db.example.com", "USER": "people"}


@pytest.fixture
def apply(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that changes safe settings and returns the ids of the findings."""

    def change(changes: dict[str, Any]) -> list[str | None]:
        settings.SIMPLE_JWT = settings.SIMPLE_JWT | {"SIGNING_KEY": KEY}
        settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | BEHIND_ONE_PROXY
        for name, value in changes.get("DATABASES", {}).items():  # Django warns about an override
            monkeypatch.setitem(settings.DATABASES["default"], name, value)
        for name, value in (SAFE | changes).items():
            if name != "DATABASES":
                setattr(settings, name, value)
        return [message.id for message in check_settings()]

    return change


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"HTTPS_ONLY": True},
        {"HTTPS_ONLY": True, **PUBLIC, "CORS_ALLOWED_ORIGINS": ["https://app.example.com"]},
        {"HTTPS_ONLY": True, "CORS_ALLOWED_ORIGINS": ["http://localhost:3000"]},
        {"DEBUG": True},
        {
            **MAILS,
            "EMAIL_HOST_PASSWORD": "x",
            "EMAIL_USE_TLS": True,
            "REQUIRE_VERIFIED_EMAIL": True,
        },
        {"REDIS_URL": "redis://127.0.0.1:6379/0"},
        {"REDIS_URL": "rediss://:long%20and%20random@redis.example.com/3"},
        {"DATABASES": REMOTE_DATABASE | {"PASSWORD": "long and random"}},
        {"DATABASES": {"HOST": "localhost", "PASSWORD": "postgres"}},
        {"DATABASES": {"HOST": "/run/postgresql", "PASSWORD": "postgres"}},
        {"JWT_PREVIOUS_SECRET_KEYS": ["an earlier key, as long as the others are"]},
        {"VISIBILITY_TIMEOUT": timedelta(seconds=3600)},
        {"STATIC_ROOT": "/srv/static", "MEDIA_ROOT": Path("/srv/static-not")},
    ],
)
def test_a_safe_combination_of_settings_passes(apply: Any, changes: dict[str, Any]) -> None:
    assert apply(changes) == []


@pytest.mark.parametrize(
    ("unsafe", "expected"),
    [
        ({"REQUIRE_VERIFIED_EMAIL": True}, "core.E012"),
        ({**MAILS, "EMAIL_USE_TLS": True, "EMAIL_USE_SSL": True}, "core.E013"),
        ({**MAILS, "EMAIL_HOST_PASSWORD": "x"}, "core.E014"),
        ({"HTTPS_ONLY": True, "ACCOUNT_PAGE_URL": "http://a.example.com/"}, "core.E015"),
        ({**MAILS, **PUBLIC, "HTTPS_ONLY": True}, "core.W003"),
        ({**MAILS, "DEFAULT_FROM_EMAIL": "accounts@localhost"}, "core.W004"),
        ({"SECRET_KEY": KEY}, "core.E001"),
        ({"JWT_PREVIOUS_SECRET_KEYS": [OTHER_KEY]}, "core.E001"),
        ({"SECRET_KEY_FALLBACKS": [KEY]}, "core.E001"),
        ({"SECRET_KEY_FALLBACKS": [OTHER_KEY]}, "core.E002"),
        ({"DATABASES": {"PASSWORD": KEY}}, "core.E001"),
        ({"EMAIL_HOST_PASSWORD": KEY}, "core.E001"),
        ({"DATABASES": {"PASSWORD": "x y"}, "REDIS_URL": "redis://:x y@localhost/0"}, "core.E001"),
        ({"JWT_PREVIOUS_SECRET_KEYS": [KEY]}, "core.E002"),
        ({"HTTPS_ONLY": True, "DEBUG": True}, "core.E003"),
        ({"HTTPS_ONLY": True, "DEBUG": True} | PUBLIC, "core.E003"),
        ({"HTTPS_ONLY": True, "REST_FRAMEWORK": {"NUM_PROXIES": 0}}, "core.E004"),
        ({"HTTPS_ONLY": True, "ALLOWED_HOSTS": ["*"]}, "core.E005"),
        ({"ALLOWED_HOSTS": ["localhost", "*"]}, "core.E005"),
        ({"SECRET_KEY": "x" * 50}, "core.E006"),
        ({"SECRET_KEY": "0123456789abcdef" * 2}, "core.E006"),
        ({"SECRET_KEY": "django-insecure-4r!k2p^9qz0w7m#x8v6c5b1n3"}, "core.E006"),
        ({"SECRET_KEY": "Change-Me-1f8a0c6b7d9e4f23a5"}, "core.E006"),
        ({"DATABASES": REMOTE_DATABASE | {"PASSWORD": "Postgres"}}, "core.E007"),
        ({"DATABASES": REMOTE_DATABASE | {"PASSWORD": "people"}}, "core.E007"),
        ({"DATABASES": SEVERAL_DATABASES | {"PASSWORD": "people"}}, "core.E007"),
        ({"REDIS_URL": "redis://redis.example.com:6379/0"}, "core.E008"),
        ({"REDIS_URL": "redis://default:@10.0.0.7/0"}, "core.E008"),
        ({"DEBUG": True, "HTTPS_ONLY": False} | PUBLIC, "core.E009"),
        ({"HTTPS_ONLY": True, "CORS_ALLOWED_ORIGINS": ["http://app.example.com"]}, "core.E010"),
        ({"STATIC_ROOT": "/srv/static", "MEDIA_ROOT": Path("/srv/static/media")}, "core.E011"),
        ({"STATIC_ROOT": "/srv/static", "MEDIA_ROOT": Path("/srv/x/../static")}, "core.E011"),
        (PUBLIC, "core.W001"),
        ({"VISIBILITY_TIMEOUT": timedelta(seconds=3599)}, "core.W002"),
    ],
)
def test_an_unsafe_combination_of_settings_is_found(
    apply: Any, unsafe: dict[str, Any], expected: str
) -> None:
    found = apply(unsafe)
    assert expected in found
    assert set(found) <= {expected, "core.W001"}


def test_each_finding_has_a_hint_and_shows_no_secret(apply: Any) -> None:
    apply({"SECRET_KEY": KEY, "JWT_PREVIOUS_SECRET_KEYS": [KEY], "ALLOWED_HOSTS": ["*"]})
    found = check_settings()
    assert len(found) > 2
    assert all(message.hint for message in found)
    assert not [message for message in found if KEY in str(message)]

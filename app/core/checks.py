"""System checks of settings that are valid alone and unsafe together.

Errors stop `prepare_database`, and so the start of a web process.
"""

import re
from collections.abc import Iterator
from itertools import chain, combinations
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning  # noqa: A004

from core.celery import HARD_TIME_LIMIT
from core.mail_checks import check_mails

_EXAMPLES: Final = re.compile("insecure|changeme|replaceme|example|yoursecret|yourpassword")
_COMMON_PASSWORDS: Final = {"accounts", "admin", "password", "postgres", "secret"}
_LOOPBACK: Final = re.compile(r"(.+\.)?localhost|127(\.\d+){3}|\[?::1\]?|/.*|")
"""Hosts that only this machine reaches. The host of PostgreSQL may be the folder of a socket."""
_ROTATED: Final = (
    {"JWT_SECRET_KEY", "JWT_PREVIOUS_SECRET_KEYS"},
    {"DJANGO_SECRET_KEY", "DJANGO_PREVIOUS_SECRET_KEYS"},
)
_NEW_VALUE: Final = "Set a random value: openssl rand -hex 32"


def check_settings(**_: Any) -> list[CheckMessage]:
    """Return the errors, and warnings about settings that may be intended."""
    mails = check_mails(is_local=_is_local)
    return list(chain(_keys(), _passwords(), _hosts(), _https(), _others(), mails))


def _keys() -> Iterator[CheckMessage]:
    named = [("DJANGO_SECRET_KEY", settings.SECRET_KEY)]
    if settings.SIMPLE_JWT["ALGORITHM"] == "HS256":
        named += [("JWT_SECRET_KEY", str(settings.SIMPLE_JWT["SIGNING_KEY"]))]
    earlier = [("DJANGO_PREVIOUS_SECRET_KEYS", each) for each in settings.SECRET_KEY_FALLBACKS]
    earlier += [("JWT_PREVIOUS_SECRET_KEYS", each) for each in settings.JWT_PREVIOUS_SECRET_KEYS]
    secrets = [*named, *_server_passwords(), *earlier]
    for (name, value), (other, its_value) in combinations(secrets, 2):
        if not value or value != its_value or name == other:
            continue
        if {name, other} in _ROTATED:
            message = f"{other} contains the current {name}."
            hint = f'Set a new {name}. See "Rotate keys and passwords" in docs/runbook.md.'
            yield Error(message, hint=hint, id="core.E002")
        else:
            hint = "Set different values: a leak of one must not reveal the other."
            yield Error(f"{name} and {other} have the same value.", hint=hint, id="core.E001")
    for name, value in named:
        if _is_guessable(value):
            message = f"{name} can be guessed: it is an example, or repeats a few characters."
            yield Error(message, hint=_NEW_VALUE, id="core.E006")


def _server_passwords() -> list[tuple[str, str]]:
    redis = urlsplit(settings.REDIS_URL)
    return [
        ("DB_PASSWORD", _database("PASSWORD")),
        ("the password in REDIS_URL", redis.password or ""),
        ("EMAIL_HOST_PASSWORD", settings.EMAIL_HOST_PASSWORD),
    ]


def _database(name: str) -> str:
    return str(settings.DATABASES["default"][name])


def _is_guessable(key: str) -> bool:
    is_periodic = key in (key + key)[1:-1]
    letters = re.sub("[^a-z]", "", key.lower())
    return is_periodic or len(set(key)) < 8 or bool(_EXAMPLES.search(letters))


def _passwords() -> Iterator[CheckMessage]:
    redis, common = urlsplit(settings.REDIS_URL), _COMMON_PASSWORDS | {_database("USER").lower()}
    are_local = all(map(_is_local, _database("HOST").split(",")))
    if _database("PASSWORD").lower() in common and not are_local:
        message = "DB_PASSWORD is a common password, and DB_HOST is another machine."
        yield Error(message, hint=_NEW_VALUE, id="core.E007")
    if not redis.password and not _is_local(redis.hostname or ""):
        message = "REDIS_URL has no password. Every client that reaches Redis can publish tasks."
        hint = "Set requirepass in Redis and use redis://:password@host:6379/0 in REDIS_URL."
        yield Error(message, hint=hint, id="core.E008")


def _is_local(host: str) -> bool:
    return bool(_LOOPBACK.fullmatch(host))


def _hosts() -> Iterator[CheckMessage]:
    public = [host for host in settings.ALLOWED_HOSTS if not _is_local(host)]
    if settings.DEBUG and settings.HTTPS_ONLY:
        message = "DEBUG is on, and errors show settings and code to every client."
        yield Error(message, hint="Unset DEBUG, because HTTPS_ONLY is set.", id="core.E003")
    elif settings.DEBUG and public:
        message = "DEBUG is on, and ALLOWED_HOSTS has public names. Errors show settings and code."
        hint = "Unset DEBUG, or leave only localhost and 127.0.0.1 in ALLOWED_HOSTS."
        yield Error(message, hint=hint, id="core.E009")
    if "*" in settings.ALLOWED_HOSTS:
        message = "ALLOWED_HOSTS contains *, so clients choose the host of links in responses."
        yield Error(message, hint="List the host names of the service.", id="core.E005")
    elif public and not settings.HTTPS_ONLY:
        message = "ALLOWED_HOSTS has public names, and passwords and tokens are not encrypted."
        hint = "Put a proxy that ends TLS in front of the service and set HTTPS_ONLY."
        yield Warning(message, hint=hint, id="core.W001")


def _https() -> Iterator[CheckMessage]:
    if not settings.HTTPS_ONLY:
        return
    if settings.REST_FRAMEWORK["NUM_PROXIES"] == 0:
        message = "HTTPS_ONLY is on and TRUSTED_PROXIES is 0. All clients share one rate limit."
        hint = "Set TRUSTED_PROXIES to the number of proxies in front of the service."
        yield Error(message, hint=hint, id="core.E004")
    origins = [urlsplit(origin) for origin in settings.CORS_ALLOWED_ORIGINS]
    if any(o.scheme == "http" and not _is_local(o.hostname or "") for o in origins):
        message = "CORS_ALLOWED_ORIGINS has an http:// origin. Attackers could steal its tokens."
        hint = "Use https:// in CORS_ALLOWED_ORIGINS."
        yield Error(message, hint=hint, id="core.E010")


def _others() -> Iterator[CheckMessage]:
    media, static = settings.MEDIA_ROOT, settings.STATIC_ROOT
    if str(media) and static and Path(media).resolve().is_relative_to(Path(static).resolve()):
        message = "STORAGE_URL is inside STATIC_ROOT, so the service would publish uploads."
        yield Error(message, hint="Set two separate folders.", id="core.E011")
    if settings.VISIBILITY_TIMEOUT.total_seconds() < HARD_TIME_LIMIT:
        message = "VISIBILITY_TIMEOUT_SECONDS is shorter than the time limit of a task."
        hint = f"Set more than {HARD_TIME_LIMIT}, or messages of running tasks are redelivered."
        yield Warning(message, hint=hint, id="core.W002")

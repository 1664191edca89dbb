"""Settings that are right one by one and unsafe together. Errors stop `prepare_database`."""

import re
from collections.abc import Iterator
from itertools import chain, combinations
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning  # noqa: A004

from core.celery import HARD_TIME_LIMIT
from core.mail_checks import mail_problems

_EXAMPLES: Final = re.compile("insecure|changeme|replaceme|example|yoursecret|yourpassword")
_USUAL_PASSWORDS: Final = {"accounts", "admin", "password", "postgres", "secret"}
_LOOPBACK: Final = re.compile(r"(.+\.)?localhost|127(\.\d+){3}|\[?::1\]?|/.*|")
"""Hosts that nobody else reaches; a database's may also be the folder of a socket."""
_ROTATED: Final = (
    {"JWT_SECRET_KEY", "JWT_PREVIOUS_SECRET_KEYS"},
    {"DJANGO_SECRET_KEY", "DJANGO_PREVIOUS_SECRET_KEYS"},
)
_NEW_KEY: Final = "Make a random one: openssl rand -hex 32"


def check_settings(**_: Any) -> list[CheckMessage]:
    """The errors, and the warnings of what may be meant so."""
    mails = mail_problems(is_here=_is_here)
    return list(chain(_keys(), _passwords(), _hosts(), _https(), _others(), mails))


def _keys() -> Iterator[CheckMessage]:
    key = str(settings.SIMPLE_JWT["SIGNING_KEY"])
    named = [("DJANGO_SECRET_KEY", settings.SECRET_KEY), ("JWT_SECRET_KEY", key)]
    earlier = [("DJANGO_PREVIOUS_SECRET_KEYS", each) for each in settings.SECRET_KEY_FALLBACKS]
    earlier += [("JWT_PREVIOUS_SECRET_KEYS", each) for each in settings.JWT_PREVIOUS_SECRET_KEYS]
    secrets = [*named, *_server_passwords(), *earlier]
    for (name, value), (other, its_value) in combinations(secrets, 2):
        if not value or value != its_value or name == other:
            continue
        if {name, other} in _ROTATED:
            problem = f"{name} is also one of {other}."
            yield Error(problem, hint="Make a new one; see the runbook.", id="core.E002")
        else:
            hint = "Make two: who learns one must not have the other."
            yield Error(f"{name} is the same as {other}.", hint=hint, id="core.E001")
    for name, value in named:
        if _is_guessable(value):
            problem = f"{name} is an example, or repeats a few characters: it can be guessed."
            yield Error(problem, hint=_NEW_KEY, id="core.E006")


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
    repeats = key in (key + key)[1:-1]
    folded = re.sub("[^a-z]", "", key.lower())
    return repeats or len(set(key)) < 8 or bool(_EXAMPLES.search(folded))


def _passwords() -> Iterator[CheckMessage]:
    redis, usual = urlsplit(settings.REDIS_URL), _USUAL_PASSWORDS | {_database("USER").lower()}
    if _database("PASSWORD").lower() in usual and not _is_here(_database("HOST")):
        problem = "DB_PASSWORD is one that everybody tries, and DB_HOST is another machine."
        yield Error(problem, hint=_NEW_KEY, id="core.E007")
    if not redis.password and not _is_here(redis.hostname or ""):
        problem = "REDIS_URL has no password: whoever reaches it can put work into the queue."
        hint = "Give Redis one (requirepass) and write redis://:password@host:6379/0"
        yield Error(problem, hint=hint, id="core.E008")


def _is_here(host: str) -> bool:
    return bool(_LOOPBACK.fullmatch(host))


def _hosts() -> Iterator[CheckMessage]:
    elsewhere = [host for host in settings.ALLOWED_HOSTS if not _is_here(host)]
    if settings.DEBUG and settings.HTTPS_ONLY:
        problem = "DEBUG shows settings and code to whoever meets an error."
        yield Error(problem, hint="Unset it where HTTPS_ONLY is set.", id="core.E003")
    elif settings.DEBUG and elsewhere:
        problem = "DEBUG shows settings and code, and ALLOWED_HOSTS has names for others."
        hint = "Unset DEBUG, or leave only localhost and 127.0.0.1 in ALLOWED_HOSTS."
        yield Error(problem, hint=hint, id="core.E009")
    if "*" in settings.ALLOWED_HOSTS:
        problem = "ALLOWED_HOSTS lets clients choose the host that links begin with."
        yield Error(problem, hint="Name the hosts that you serve.", id="core.E005")
    elif elsewhere and not settings.HTTPS_ONLY:
        problem = "Passwords and tokens for the names in ALLOWED_HOSTS travel in clear."
        hint = "Put a proxy that ends TLS before the service and set HTTPS_ONLY; see the runbook."
        yield Warning(problem, hint=hint, id="core.W001")


def _https() -> Iterator[CheckMessage]:
    if not settings.HTTPS_ONLY:
        return
    if settings.REST_FRAMEWORK["NUM_PROXIES"] == 0:
        problem = "HTTPS_ONLY is for a service behind a proxy, and TRUSTED_PROXIES is 0."
        hint = "Set it to how many there are: all clients are throttled as one otherwise."
        yield Error(problem, hint=hint, id="core.E004")
    hosts = [urlsplit(origin) for origin in settings.CORS_ALLOWED_ORIGINS]
    if any(o.scheme == "http" and not _is_here(o.hostname or "") for o in hosts):
        problem = "CORS_ALLOWED_ORIGINS trusts a page that comes without HTTPS."
        hint = "Write https://: who changes that page on its way has its users' tokens."
        yield Error(problem, hint=hint, id="core.E010")


def _others() -> Iterator[CheckMessage]:
    media, static = Path(settings.MEDIA_ROOT).resolve(), settings.STATIC_ROOT
    if static and media.is_relative_to(Path(static).resolve()):
        problem = "MEDIA_ROOT lies in STATIC_ROOT: uploads would be served to everybody."
        yield Error(problem, hint="Give each a folder of its own.", id="core.E011")
    if settings.VISIBILITY_TIMEOUT.total_seconds() < HARD_TIME_LIMIT:
        problem = "VISIBILITY_TIMEOUT_SECONDS is shorter than the longest task may take."
        hint = f"Set it above {HARD_TIME_LIMIT}: work that is under way is delivered again."
        yield Warning(problem, hint=hint, id="core.W002")

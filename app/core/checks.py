"""Settings that are right one by one and unsafe together. Errors stop `prepare_database`."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error


def check_settings(**_: Any) -> list[CheckMessage]:
    """The errors."""
    return list(_errors())


def _errors() -> Iterator[CheckMessage]:
    key = settings.SIMPLE_JWT["SIGNING_KEY"]
    if key == settings.SECRET_KEY:
        problem = "JWT_SECRET_KEY is the same as DJANGO_SECRET_KEY."
        yield Error(
            problem, hint="Make two: who learns one must not have the other.", id="core.E001"
        )
    if key in settings.JWT_PREVIOUS_SECRET_KEYS:
        problem = "JWT_SECRET_KEY is also one of JWT_PREVIOUS_SECRET_KEYS."
        yield Error(problem, hint="Make a new one; see the runbook.", id="core.E002")
    if settings.DEBUG and settings.HTTPS_ONLY:
        problem = "DEBUG shows settings and code to whoever meets an error."
        yield Error(problem, hint="Unset it where HTTPS_ONLY is set.", id="core.E003")
    if settings.HTTPS_ONLY and settings.REST_FRAMEWORK["NUM_PROXIES"] == 0:
        problem = "HTTPS_ONLY is for a service behind a proxy, and TRUSTED_PROXIES is 0."
        hint = "Set it to how many there are: all clients are throttled as one otherwise."
        yield Error(problem, hint=hint, id="core.E004")
    if settings.HTTPS_ONLY and "*" in settings.ALLOWED_HOSTS:
        problem = "ALLOWED_HOSTS lets clients choose the host that links begin with."
        yield Error(problem, hint="Name the hosts that you serve.", id="core.E005")

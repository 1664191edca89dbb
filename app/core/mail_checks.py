"""System checks of the mail settings; a part of core.checks."""

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning  # noqa: A004

from core.mails import mail_is_configured


def check_mails(*, is_local: Callable[[str], bool]) -> Iterator[CheckMessage]:
    """Yield errors and warnings. `is_local` returns whether only this machine reaches a host."""
    is_configured = mail_is_configured()
    if settings.REQUIRE_VERIFIED_EMAIL and not is_configured:
        message = "REQUIRE_VERIFIED_EMAIL is on and no mail can be sent. New users cannot log in."
        yield Error(message, hint="Set EMAIL_HOST.", id="core.E012")
    if settings.EMAIL_USE_TLS and settings.EMAIL_USE_SSL:
        message = "EMAIL_USE_TLS and EMAIL_USE_SSL are both on, but they exclude each other."
        hint = "Set EMAIL_USE_TLS for port 587 (STARTTLS) or EMAIL_USE_SSL for port 465."
        yield Error(message, hint=hint, id="core.E013")
    encrypted = settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL
    if settings.EMAIL_HOST_PASSWORD and not encrypted and not is_local(settings.EMAIL_HOST):
        message = "EMAIL_HOST_PASSWORD is sent to another machine without encryption."
        yield Error(message, hint="Set EMAIL_USE_TLS or EMAIL_USE_SSL.", id="core.E014")
    if settings.EMAIL_HOST and settings.DEFAULT_FROM_EMAIL.endswith("@localhost"):
        message = "DEFAULT_FROM_EMAIL ends with @localhost. Mail servers reject mails from it."
        yield Warning(message, hint="Set an e-mail address of your domain.", id="core.W004")
    yield from _links(is_configured=is_configured, is_local=is_local)


def _links(*, is_configured: bool, is_local: Callable[[str], bool]) -> Iterator[CheckMessage]:
    page = urlsplit(settings.ACCOUNT_PAGE_URL)
    is_page_local = is_local(page.hostname or "")
    if settings.HTTPS_ONLY and page.scheme == "http" and not is_page_local:
        message = "ACCOUNT_PAGE_URL does not use HTTPS. Attackers who alter the page get its links."
        yield Error(message, hint="Use https:// in ACCOUNT_PAGE_URL.", id="core.E015")
    if is_configured and is_page_local and not all(map(is_local, settings.ALLOWED_HOSTS)):
        message = "Links in mails use ACCOUNT_PAGE_URL, which only works on this machine."
        hint = "Set the public URL, such as https://accounts.example.org/account/"
        yield Warning(message, hint=hint, id="core.W003")

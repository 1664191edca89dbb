"""Settings of mails that are unsafe together; a part of core.checks."""

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning  # noqa: A004

from core.mails import mail_is_configured


def mail_problems(*, is_here: Callable[[str], bool]) -> Iterator[CheckMessage]:
    """`is_here`: whether nobody else reaches a host."""
    is_set_up = mail_is_configured()
    if settings.REQUIRE_VERIFIED_EMAIL and not is_set_up:
        problem = "REQUIRE_VERIFIED_EMAIL, and no mail can be sent: nobody new could log in."
        yield Error(problem, hint="Set EMAIL_HOST.", id="core.E012")
    if settings.EMAIL_USE_TLS and settings.EMAIL_USE_SSL:
        problem = "EMAIL_USE_TLS and EMAIL_USE_SSL are two ways to do one thing."
        hint = "TLS (STARTTLS) is for port 587, SSL for port 465."
        yield Error(problem, hint=hint, id="core.E013")
    encrypted = settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL
    if settings.EMAIL_HOST_PASSWORD and not encrypted and not is_here(settings.EMAIL_HOST):
        problem = "EMAIL_HOST_PASSWORD would travel in clear to another machine."
        yield Error(problem, hint="Set EMAIL_USE_TLS or EMAIL_USE_SSL.", id="core.E014")
    if settings.EMAIL_HOST and settings.DEFAULT_FROM_EMAIL.endswith("@localhost"):
        problem = "DEFAULT_FROM_EMAIL is nobody's address: mail servers refuse what comes from it."
        yield Warning(problem, hint="Write one of your domain.", id="core.W004")
    yield from _links(is_set_up=is_set_up, is_here=is_here)


def _links(*, is_set_up: bool, is_here: Callable[[str], bool]) -> Iterator[CheckMessage]:
    page = urlsplit(settings.ACCOUNT_PAGE_URL)
    leads_here = is_here(page.hostname or "")
    if settings.HTTPS_ONLY and page.scheme == "http" and not leads_here:
        problem = "ACCOUNT_PAGE_URL is without HTTPS: who changes that page has its users' links."
        yield Error(problem, hint="Write https://", id="core.E015")
    if is_set_up and leads_here and not all(map(is_here, settings.ALLOWED_HOSTS)):
        problem = "Links in mails lead to ACCOUNT_PAGE_URL, which is this machine for each reader."
        hint = "Write the address that people know, such as https://accounts.example.org/account/"
        yield Warning(problem, hint=hint, id="core.W003")

"""The first page, the account page, and the console that can be turned off."""

import re
import sys
from collections.abc import Iterator
from importlib import reload

import pytest
from django.conf import settings as django_settings
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import clear_url_caches
from pytest_django import Settings

URLS = django_settings.ROOT_URLCONF


@pytest.fixture
def no_console(settings: Settings) -> Iterator[None]:
    """Turn the console off."""
    settings.CONSOLE_ENABLED = False
    _reload_urls()
    yield
    settings.CONSOLE_ENABLED = True
    _reload_urls()


def _reload_urls() -> None:
    clear_url_caches()
    reload(sys.modules[URLS])


def test_the_first_page_leads_to_the_console(client: Client) -> None:
    for answer in (client.get("/"), client.head("/")):
        assert (answer.status_code, answer["Location"]) == (302, "/console/")
    assert client.post("/").status_code == 405


@pytest.mark.usefixtures("no_console")
def test_without_the_console_the_first_page_leads_to_the_documents(client: Client) -> None:
    assert client.get("/")["Location"] == "/api/docs/"
    for url in ("/console/", "/console/login/", "/console/users/"):
        assert client.get(url).status_code == 404
    assert "Continue" not in client.get("/account/").content.decode()


def page_of(client: Client, language: str = "en") -> str:
    answer = client.get("/account/", headers={"Accept-Language": language})
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_way_on_is_the_console_or_the_page_of_the_operator(
    client: Client, settings: Settings
) -> None:
    assert 'href="/console/">Continue</a>' in page_of(client)
    settings.ACCOUNT_DONE_URL = "https://app.example.com/?a=1&b=2"
    assert 'href="https://app.example.com/?a=1&amp;b=2">Continue</a>' in page_of(client)


@pytest.mark.parametrize(
    ("language", "rules"),
    [
        ("en", ["at least 8 characters", "at most 128 characters", "be entirely numeric"]),
        ("pt-BR", ["pelo menos 8 caracteres", "no máximo 128 caracteres", "inteiramente num"]),
    ],
)
def test_the_rules_for_passwords_are_on_the_page(
    client: Client, language: str, rules: list[str]
) -> None:
    page = page_of(client, language)
    assert 'aria-describedby="rules"' in page
    for rule in rules:
        assert rule in page


def test_a_link_that_does_not_work_has_a_form_for_another(client: Client) -> None:
    page = page_of(client)
    forms = dict(re.findall(r'data-path="([^"]*)" data-url="([^"]*)"', page))
    others = dict(re.findall(r'data-path="([^"]*)" data-url="[^"]*" data-again="([^"]*)"', page))
    assert {path: forms[other] for path, other in others.items()} == {
        "password/reset/confirm": "/api/v1/users/reset_password/",
        "activate": "/api/v1/users/resend_activation/",
        "email/confirm": "/api/v1/users/set_email/",
    }


@pytest.mark.parametrize("url", ["/account/", "/console/login/"])
def test_a_page_has_only_files_of_the_service_and_nothing_inline(client: Client, url: str) -> None:
    page = client.get(url)
    content = page.content.decode()
    assert "unsafe" not in page["Content-Security-Policy"]
    assert not re.findall(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]* src=)", content)
    files = re.findall(r'(?:src|href)="/static/([^"]+)"', content)
    assert {"core/style.css", "core/icon.svg"} <= set(files)
    assert all(finders.find(file) for file in files)

"""Accept-Language: which language an answer is in."""

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from rest_framework.test import APIClient

from tests.api.answers import message
from tests.api.languages import send
from users_uc.models import Mail, User


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("pt-BR", "pt-br"),
        ("pt-br", "pt-br"),
        ("pt", "pt-br"),
        ("pt-PT", "pt-br"),
        ("pt-BR,pt;q=0.9,en-US;q=0.8,en;q=0.7", "pt-br"),
        ("en;q=0.5, pt;q=0.8", "pt-br"),
        ("de, fr;q=0.9, pt;q=0.1", "pt-br"),
        ("en", "en"),
        ("en-GB,pt-BR;q=0.9", "en"),
        ("pt;q=0, en", "en"),
        ("pt-BR;q=0", "en"),
        ("de", "en"),
        ("*", "en"),
        ("", "en"),
        ("pt_BR", "en"),
        ("pt" * 300, "en"),
        ("\x00, é, ;q=, q=1", "en"),
        ("pt-BR," * 2000, "pt-br"),
    ],
)
def test_the_language_is_the_one_that_is_liked_most(
    anonymous: APIClient, asked: str, given: str
) -> None:
    answer = send(anonymous, asked, "get", "/api/nothing/")
    assert answer.status_code == 404
    assert answer["Content-Language"] == given
    assert "Accept-Language" in answer["Vary"]
    assert (message(answer) == "Não há nada neste endereço.") == (given == "pt-br")


def test_who_asks_for_none_reads_english(anonymous: APIClient) -> None:
    answer = anonymous.get("/api/")
    assert answer["Content-Language"] == "en"
    assert "Accept-Language" in answer["Vary"]


def test_a_cookie_says_nothing_and_a_session_is_not_asked_for(anonymous: APIClient) -> None:
    anonymous.cookies["django_language"] = "pt-br"
    answer = anonymous.get("/api/nothing/")
    assert answer["Content-Language"] == "en"
    assert "Cookie" not in answer["Vary"]
    assert not answer.cookies


def test_no_language_is_left_behind(anonymous: APIClient) -> None:
    send(anonymous, "pt-BR", "get", "/api/nothing/")
    assert translation.get_language() == "en"


def test_a_mail_is_in_the_language_of_who_asked_for_it(
    mail_is_configured: None, anonymous: APIClient, charlie: User
) -> None:
    for asked in ("pt-PT", "de"):
        body = {"email": charlie.email}
        assert send(anonymous, asked, "post", "/api/users/reset_password/", body).status_code == 204
    mails = Mail.objects.order_by("created_at")
    assert [mail.language for mail in mails] == ["pt-br", "en"]


@pytest.mark.parametrize(("asked", "words"), [("pt-BR", "Sua conta"), ("en", "Your account")])
def test_the_page_for_links(anonymous: APIClient, asked: str, words: str) -> None:
    page = send(anonymous, asked, "get", "/account/").content.decode()
    assert f"<h1>{words}</h1>" in page
    assert f"<title>{words} · {settings.SITE_NAME}</title>" in page
    assert f"<header>{settings.SITE_NAME}</header>" in page
    assert f'lang="{asked.lower()}"' in page


def test_the_name_of_the_service_is_text_on_the_page() -> None:
    page = render_to_string("account.html", {"site_name": "<b>A & B</b>"})
    assert page.count("&lt;b&gt;A &amp; B&lt;/b&gt;") == 2
    assert "<b>" not in page


@pytest.mark.urls("tests.api.failing_urls")
@pytest.mark.parametrize(
    ("url", "status", "words"),
    [
        ("/api/bug", 500, "Ocorreu um erro interno"),
        ("/plain/denied", 403, "Você não tem permissão para fazer isso"),
        ("/plain/suspicious", 400, "A requisição está malformada."),
        ("/plain/too-big", 413, "A requisição é grande demais."),
        ("/api/database", 503, "O serviço está indisponível"),
    ],
)
def test_faults_have_the_language_too(url: str, status: int, words: str) -> None:
    client = APIClient(raise_request_exception=False)
    answer = send(client, "pt-BR", "get", url)
    assert answer.status_code == status
    assert message(answer).startswith(words)
    assert answer["Content-Language"] == "pt-br"


def test_a_host_that_is_not_served(anonymous: APIClient) -> None:
    answer = anonymous.get("/api/", HTTP_HOST="elsewhere.example", HTTP_ACCEPT_LANGUAGE="pt")
    assert answer.status_code == 400
    assert message(answer) == "A requisição está malformada."

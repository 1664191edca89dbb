"""Accept-Language: the language of an answer."""

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from rest_framework.test import APIClient

from tests.api.answers import message
from tests.api.languages import send
from users_uc.models import Mail, User


@pytest.mark.parametrize(
    ("header", "expected"),
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
def test_the_supported_language_with_the_highest_weight_is_used(
    anonymous: APIClient, header: str, expected: str
) -> None:
    answer = send(anonymous, header, "get", "/api/nothing/")
    assert answer.status_code == 404
    assert answer["Content-Language"] == expected
    assert "Accept-Language" in answer["Vary"]
    assert (message(answer) == "Não há nada neste endereço.") == (expected == "pt-br")


def test_the_default_language_is_english(anonymous: APIClient) -> None:
    answer = anonymous.get("/api/")
    assert answer["Content-Language"] == "en"
    assert "Accept-Language" in answer["Vary"]


def test_the_language_cookie_and_the_session_are_not_read(anonymous: APIClient) -> None:
    anonymous.cookies["django_language"] = "pt-br"
    answer = anonymous.get("/api/nothing/")
    assert answer["Content-Language"] == "en"
    assert "Cookie" not in answer["Vary"]
    assert not answer.cookies


def test_the_language_is_reset_after_the_request(anonymous: APIClient) -> None:
    send(anonymous, "pt-BR", "get", "/api/nothing/")
    assert translation.get_language() == "en"


def test_a_mail_has_the_language_of_its_request(
    mail_is_configured: None, anonymous: APIClient, charlie: User
) -> None:
    for header in ("pt-PT", "de"):
        body = {"email": charlie.email}
        assert (
            send(anonymous, header, "post", "/api/v1/users/reset_password/", body).status_code
            == 204
        )
    mails = Mail.objects.order_by("created_at")
    assert [mail.language for mail in mails] == ["pt-br", "en"]


@pytest.mark.parametrize(("header", "words"), [("pt-BR", "Sua conta"), ("en", "Your account")])
def test_the_account_page_is_translated(anonymous: APIClient, header: str, words: str) -> None:
    page = send(anonymous, header, "get", "/account/").content.decode()
    assert f"<h1>{words}</h1>" in page
    assert f"<title>{words} · {settings.SITE_NAME}</title>" in page
    assert f"{settings.SITE_NAME}</span>" in page
    assert f'lang="{header.lower()}"' in page


def test_the_name_of_the_service_is_escaped_on_the_page() -> None:
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
def test_exceptions_are_translated(url: str, status: int, words: str) -> None:
    client = APIClient(raise_request_exception=False)
    answer = send(client, "pt-BR", "get", url)
    assert answer.status_code == status
    assert message(answer).startswith(words)
    assert answer["Content-Language"] == "pt-br"


def test_the_error_of_an_unknown_host_is_translated(anonymous: APIClient) -> None:
    answer = anonymous.get("/api/", HTTP_HOST="elsewhere.example", HTTP_ACCEPT_LANGUAGE="pt")
    assert answer.status_code == 400
    assert message(answer) == "A requisição está malformada."

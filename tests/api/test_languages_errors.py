"""Accept-Language: each error in both languages."""

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from pytest_django import Settings
from rest_framework.test import APIClient

from tests.api.answers import message, wrong_fields
from tests.api.languages import JSON, send
from tests.conftest import PASSWORD

LOGIN = "/api/v1/auth/login/"
ME = "/api/v1/users/me/"
UPLOAD = "/api/v1/imports/"
NO_JOB = "/api/v1/imports/00000000-0000-4000-8000-000000000000/"
MULTIPART = "multipart/form-data; boundary=b"
WITHOUT_BOUNDARY = "multipart/form-data"


def form(content: str, **options: str) -> str:
    """Return a multipart body with one file."""
    fields = [f'--b\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in
              options.items()]  # fmt: skip
    head = '--b\r\nContent-Disposition: form-data; name="file"; filename="p.csv"\r\n\r\n'
    return "".join([*fields, head, content, "\r\n--b--\r\n"])


class Case(NamedTuple):
    """A request and the message of its error."""

    caller: str
    method: str
    url: str
    body: Any
    kind: str
    status: int
    english: str
    portuguese: str


CASES = {
    "an e-mail that is invalid": Case(
        "anonymous", "post", "/api/v1/register/", {"email": "x", "password": PASSWORD}, JSON, 400,
        "Enter a valid e-mail address.", "Informe um endereço de e-mail válido.",
    ),
    "a field that is missing": Case(
        "anonymous", "post", LOGIN, {"password": "p"}, JSON, 400,
        "This field is required.", "Este campo é obrigatório.",
    ),
    "a field that is blank": Case(
        "anonymous", "post", LOGIN, {"email": "", "password": "p"}, JSON, 400,
        "This field may not be blank.", "Este campo não pode ficar em branco.",
    ),
    "a field that is null": Case(
        "anonymous", "post", LOGIN, {"email": None, "password": "p"}, JSON, 400,
        "This field may not be null.", "Este campo não pode ser nulo.",
    ),
    "a password that is weak": Case(
        "anonymous", "post", "/api/v1/register/", {"email": "x@x.com", "password": "12345678"},
        JSON, 400, "This password is too common.", "Esta senha é muito comum.",
    ),
    "an e-mail that is taken": Case(
        "anonymous", "post", "/api/v1/register/",
        {"email": "bob@example.com", "password": PASSWORD}, JSON, 400,
        "A user with this e-mail address already exists. Use another one.",
        "Já existe um usuário com este endereço de e-mail. Use outro.",
    ),
    "a body that is not JSON": Case(
        "anonymous", "post", LOGIN, b"{\xff", "application/json; x=y", 400,
        "The body is not JSON: byte 2 is not valid UTF-8.",
        "O corpo não é JSON: o byte 2 não é UTF-8 válido.",
    ),
    "a password that is wrong": Case(
        "anonymous", "post", LOGIN, {"email": "bob@example.com", "password": "p"}, JSON, 401,
        "No active account has this e-mail address and password.",
        "Nenhuma conta ativa tem este endereço de e-mail e esta senha.",
    ),
    "a request without a token": Case(
        "anonymous", "get", ME, None, JSON, 401, "Authentication credentials were not provided.",
        "As credenciais de autenticação não foram fornecidas.",
    ),
    "a token that is invalid": Case(
        "stranger", "get", ME, None, JSON, 401, "Given token not valid for any token type",
        "O token informado não é válido para qualquer tipo de token",
    ),
    "a refresh token that is invalid": Case(
        "anonymous", "post", "/api/v1/auth/refresh/", {"refresh": "x"}, JSON, 401,
        "The token is invalid, expired or revoked. Log in again.",
        "O token é inválido, expirou ou foi revogado. Faça login novamente.",
    ),
    "a list for staff": Case(
        "charlie", "get", "/api/v1/users/", None, JSON, 403,
        "You do not have permission to perform this action.",
        "Você não tem permissão para executar essa ação.",
    ),
    "a right that users cannot grant themselves": Case(
        "charlie", "patch", ME, {"is_staff": True}, JSON, 403,
        "You may not set these fields: is_staff. Leave them out.",
        "Você não pode definir estes campos: is_staff. Remova-os da requisição.",
    ),
    "an upload without the permission": Case(
        "charlie", "post", UPLOAD, form("email\n"), MULTIPART, 403,
        "You do not have the permission can_import. Ask an administrator for it.",
        "Você não tem a permissão can_import. Peça-a a um administrador.",
    ),
    "a URL that is unknown": Case(
        "anonymous", "get", "/nothing", None, JSON, 404,
        "There is nothing at this URL.", "Não há nada neste endereço.",
    ),
    "a user that is unknown": Case(
        "bob", "get", "/api/v1/users/999999999/", None, JSON, 404, "Not found.", "Não encontrado.",
    ),
    "an import that is unknown": Case(
        "bob", "get", NO_JOB, None, JSON, 404,
        "There is no import with this id.", "Não há importação com este id.",
    ),
    "a method that is unsupported": Case(
        "anonymous", "put", LOGIN, {}, JSON, 405,
        'Method "PUT" not allowed.', 'Método "PUT" não é permitido.',
    ),
    "a Content-Type that is unsupported": Case(
        "anonymous", "post", LOGIN, "x", "text/plain", 415,
        'The Content-Type "text/plain" is not supported here. Send application/json.',
        'O Content-Type "text/plain" não é aceito aqui. Envie application/json.',
    ),
    "a form without a boundary": Case(
        "bob", "post", UPLOAD, "x", WITHOUT_BOUNDARY, 400,
        "The form cannot be read: Invalid boundary in multipart: None. Send multipart/form-data "
        "with its boundary in Content-Type. The headers of each part, including the file name, may "
        "have at most 1,024 bytes.",
        "Não foi possível ler o formulário: Invalid boundary in multipart: None. Envie "
        "multipart/form-data com o boundary no Content-Type. Os cabeçalhos de cada parte, "
        "incluindo o nome do arquivo, podem ter no máximo 1.024 bytes.",
    ),
    "a file without an e-mail": Case(
        "bob", "post", UPLOAD, form("Nome,{x}\nAnn,1\n"), MULTIPART, 400,
        "No column has a known name for the e-mail address. The columns are: Nome, {x}. Say with "
        "the option columns which column holds the e-mail address.",
        "Nenhuma coluna tem um nome conhecido para o endereço de e-mail. As colunas são: Nome, {x}"
        ". Diga com a opção columns qual coluna tem o endereço de e-mail.",
    ),
    "a file with an unknown e-mail": Case(
        "bob", "post", UPLOAD, form("Nome,{x}\nAnn,ann@x.com\n"), MULTIPART, 400,
        "No column has a known name for the e-mail address. The cells of the column {x} look like "
        'e-mail addresses. If they are, send the option columns with the value {"{x}": "email"}. '
        "The columns are: Nome, {x}.",
        "Nenhuma coluna tem um nome conhecido para o endereço de e-mail. As células da coluna {x} "
        "parecem endereços de e-mail. Se forem, envie a opção columns com o valor "
        '{"{x}": "email"}. As colunas são: Nome, {x}.',
    ),
    "a file with two e-mails": Case(
        "bob", "post", UPLOAD, form("Nome,E-mail,Email\n"), MULTIPART, 400,
        "The columns E-mail, Email can all mean email. Say with the option columns which one does, "
        'for example with the value {"E-mail": "email"}.',
        "As colunas E-mail, Email podem todas significar email. Diga com a opção columns qual "
        'delas é, por exemplo com o valor {"E-mail": "email"}.',
    ),
    "a file that is a web page": Case(
        "bob", "post", UPLOAD, form("<!doctype html><html>"), MULTIPART, 400,
        "This is not a CSV file: it looks like a web page. A login page or an error page may have "
        "been downloaded. Download the file again.",
        "Isto não é um arquivo CSV: parece ser uma página da web. Talvez uma página de login ou de "
        "erro tenha sido baixada. Baixe o arquivo de novo.",
    ),
    "a file read with options": Case(
        "bob", "post", UPLOAD, form("email,email\n", delimiter="tab", encoding="utf-8"), MULTIPART,
        400,
        "No column has a known name for the e-mail address. The columns are: email,email. Say with "
        "the option columns which column holds the e-mail address. The options had the file read "
        "as utf-8 with the delimiter tab.",
        "Nenhuma coluna tem um nome conhecido para o endereço de e-mail. As colunas são: "
        "email,email. Diga com a opção columns qual coluna tem o endereço de e-mail. Pelas opções, "
        "o arquivo foi lido como utf-8 com o delimitador tab.",
    ),
    "a header with too many columns": Case(
        "bob", "post", UPLOAD, form("email" + "," * 2000), MULTIPART, 400,
        "The first row has more than 2,000 columns. Send only the columns to import.",
        "A primeira linha tem mais de 2.000 colunas. Envie só as colunas a importar.",
    ),
    "an option that is invalid": Case(
        "bob", "post", UPLOAD, form("email\n", encoding="x"), MULTIPART, 400,
        "This encoding is not supported. Send a name such as utf-8, windows-1252, iso-8859-15 or "
        "shift_jis.",
        "Não há suporte para esta codificação. Envie um nome como utf-8, windows-1252, "
        "iso-8859-15 ou shift_jis.",
    ),
    "two columns mapped to one field": Case(
        "bob", "post", UPLOAD, form("a,b\n", columns='{"a": "email", "b": "email"}'), MULTIPART,
        400, "Two headers are mapped to email. Map only one of them.",
        "Dois cabeçalhos estão mapeados para email. Mapeie só um deles.",
    ),
}  # fmt: skip


def error_message(answer: HttpResponse) -> str:
    """Return the message of the first wrong field, or of the error without fields."""
    if "fields" not in answer.json()["error"]:  # type: ignore[attr-defined]
        return message(answer)
    first = next(iter(wrong_fields(answer).values()))
    return first[0]["message"]


@pytest.fixture
def clients(anonymous: APIClient, as_bob: APIClient, as_charlie: APIClient) -> dict[str, APIClient]:
    """Return each caller's client by name; the stranger has an invalid token."""
    stranger = APIClient()
    stranger.credentials(HTTP_AUTHORIZATION="Bearer x.y.z")
    return {"anonymous": anonymous, "bob": as_bob, "charlie": as_charlie, "stranger": stranger}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_an_error_is_in_the_language_of_its_request(
    clients: dict[str, APIClient], case: Case
) -> None:
    answers = [
        send(clients[case.caller], language, case.method, case.url, case.body, case.kind)
        for language in ("en", "pt-BR")
    ]
    assert [answer.status_code for answer in answers] == [case.status, case.status]
    assert [error_message(answer) for answer in answers] == [case.english, case.portuguese]
    assert [answer["Content-Language"] for answer in answers] == ["en", "pt-br"]
    first, second = (answer.json()["error"] for answer in answers)  # type: ignore[attr-defined]
    assert first["code"] == second["code"]
    assert first.get("fields", {}).keys() == second.get("fields", {}).keys()


def test_the_rate_limit_error_is_translated(anonymous: APIClient, db: None) -> None:
    answers = (send(anonymous, "pt", "post", LOGIN, {}) for _ in range(61))  # in two windows
    throttled = next(answer for answer in answers if answer.status_code == 429)
    assert message(throttled).startswith("Você fez requisições demais. ")


def test_the_error_of_too_many_imports_is_translated(
    as_bob: APIClient, csv_file: Callable[..., SimpleUploadedFile], settings: Settings
) -> None:
    settings.IMPORT_MAX_WAITING = 0
    body = {"file": csv_file("email\n")}
    answer = as_bob.post(UPLOAD, body, format="multipart", HTTP_ACCEPT_LANGUAGE="pt")
    assert answer.status_code == 429
    assert message(answer) == (
        "Você tem 0 importações não concluídas. Espere até uma delas terminar, ou cancele uma."
    )

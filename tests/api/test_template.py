"""GET contacts/template.csv: an example file to fill in."""

from collections.abc import Callable

import pytest
from pytest_django.fixtures import DjangoAssertNumQueries
from rest_framework.test import APIClient

from tasks.models import ImportJob
from tests.api.answers import assert_error
from tests.imports import outcome
from users_uc.models import User

URL = "/api/v1/imports/template.csv"

type Imported = Callable[..., ImportJob]

HEADERS = {
    "en": "Email,Full name,Phone,Active",
    "pt-br": "E-mail;Nome completo;Telefone;Ativo",
    "es": "Correo electrónico;Nombre completo;Teléfono;Activo",
    "de": "E-Mail-Adresse;Vollständiger Name;Telefon;Aktiv",
    "fr": "Adresse e-mail;Nom complet;Téléphone;Actif",
    "it": "Indirizzo email;Nome completo;Telefono;Attivo",
    "pl": "Adres e-mail;Imię i nazwisko;Telefon;Aktywny",
    "nl": "E-mailadres;Volledige naam;Telefoon;Actief",
}


@pytest.mark.parametrize("language", HEADERS)
def test_a_template_can_be_imported_as_it_is(
    as_bob: APIClient, imported: Imported, language: str
) -> None:
    content = as_bob.get(URL, {"language": language}).content
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.decode("utf-8-sig").splitlines()[0] == HEADERS[language]
    job = imported(as_bob, content)
    assert outcome(job) == {"rows": 2, "created": 2}
    assert job.ignored_columns == []
    created = User.objects.filter(import_id=job.id).order_by("email")
    assert list(created.values_list("email", "name", "phone", "is_active")) == [
        ("ann.lee@example.com", "Ann Lee", "555-0100", True),
        ("bob.roe@example.com", "Bob Roe", "555-0101", False),
    ]


def test_a_template_is_a_file(
    as_bob: APIClient, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    as_bob.get(URL)
    with django_assert_num_queries(3):  # the token's user; its permissions
        answer = as_bob.get(URL, {"language": "PT-BR"}, HTTP_ACCEPT="text/csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="template-pt-br.csv"'
    assert answer["Content-Language"] == "pt-br"


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"), ("pt-BR", "pt-br"), ("pt", "pt-br"), ("pt-PT,en;q=0.5", "pt-br"),
        ("de-AT", "de"), ("xx,fr;q=0.2,nl;q=0.7", "nl"), ("es;q=0", "en"), ("zh", "en"),
    ],
)  # fmt: skip
def test_the_header_gives_the_language(as_bob: APIClient, accepted: str, language: str) -> None:
    answer = as_bob.get(URL, HTTP_ACCEPT_LANGUAGE=accepted)
    assert answer["Content-Language"] == language
    assert "Accept-Language" in answer["Vary"]
    asked = as_bob.get(URL, {"language": "it"}, HTTP_ACCEPT_LANGUAGE=accepted)
    assert asked["Content-Language"] == "it"


@pytest.mark.parametrize("language", ["pt", "xx", "en ", "../en"])
def test_an_unknown_language_is_a_400(as_bob: APIClient, language: str) -> None:
    assert_error(as_bob.get(URL, {"language": language}), 400, "invalid", language="invalid")

"""The admin in Portuguese: each text of its pages can be translated."""

import re
from collections.abc import Iterator
from html import unescape

import pytest
from django.test import Client
from django.utils.translation import trans_real

from tests.catalogue import messages_in_code
from tests.imports import make_job
from users_uc.models import Attribute, User

PAGES = [
    "",
    "users_uc/",
    "tasks/",
    "users_uc/user/",
    "users_uc/user/add/",
    "users_uc/user/{user}/change/",
    "users_uc/user/{user}/password/",
    "users_uc/user/{user}/delete/",
    "users_uc/user/{user}/history/",
    "users_uc/attribute/",
    "users_uc/attribute/add/",
    "users_uc/attribute/{attribute}/change/",
    "users_uc/attribute/{attribute}/delete/",
    "tasks/importjob/",
    "tasks/importjob/{job}/change/",
    "password_change/",
]
DATA = re.compile(
    r"(\u203a )?(alice@example\.com|charlie@example\.com|Alice|Charlie|floor|people\.csv)"
    r"( \(PENDING\))?|Importers|argon2(id)?|salt|hash|imports/.*|[0-9a-f]{64}|utf-8|en"
    r"|[\w/+]{2,8}\*+|[\W\d]*"
)
"""Texts that are the same in each language: values, and names of algorithms."""


@pytest.fixture
def _all_messages_are_translated() -> Iterator[None]:
    """Have a translation of each message in the code, also of those that translators lack."""
    catalogue = trans_real.translation("pt-br")._catalog  # type: ignore[attr-defined]
    marked = {str(message.id): f"\u00ab{message.id}\u00bb" for message in messages_in_code()}
    del marked[""]
    catalogue._catalogs.insert(0, marked)
    yield
    catalogue._catalogs.remove(marked)


def texts(client: Client, url: str, language: str) -> set[str]:
    """Return the texts of the page."""
    answer = client.get(url, headers={"Accept-Language": language})
    assert answer.status_code == 200
    body = re.sub(r"(?s)<script.*?</script>", "", answer.content.decode())
    found = re.findall(r">([^<>]+)<", body.partition("<body")[2])
    return {unescape(" ".join(text.split())) for text in found} - {""}


@pytest.mark.usefixtures("_all_messages_are_translated")
@pytest.mark.parametrize("page", PAGES)
def test_each_text_of_a_page_has_a_translation(alice: User, charlie: User, page: str) -> None:
    ids = {
        "user": charlie.pk,
        "job": make_job("email\n", owner=alice).pk,
        "attribute": Attribute.objects.create(name="floor", type="integer").pk,
    }
    client = Client()
    client.force_login(alice)
    url = f"/admin/{page.format(**ids)}"
    same = texts(client, url, "en") & texts(client, url, "pt-BR")
    assert [text for text in same if not DATA.fullmatch(text)] == []

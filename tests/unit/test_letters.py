"""Texts of mails in every language."""

import re
from pathlib import Path

import pytest
from django.urls import resolve

from core.http.language import CODES
from users_uc.mail import letters
from users_uc.models import Mail

PATHS = sorted(Path(letters.__file__).parents[2].glob("*/templates/mail/*/*.txt"))
LINKED = {"activation", "email_change", "import_ended", "invitation", "password_reset"}


def test_every_kind_has_a_text_in_every_language_and_no_other() -> None:
    found = sorted((path.parent.name, path.stem) for path in PATHS)
    assert found == sorted((code, kind) for code in CODES for kind in Mail.Kind.values)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.name)
def test_a_text_begins_with_its_subject_and_names_the_service_and_the_link(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    subject, blank, *_ = text.removeprefix("{% autoescape off %}").split("\n")
    assert subject.startswith("{{ site_name }}: ")
    assert not blank
    assert "{{ site_name }}" in text.split("\n\n")[1]
    assert ("{{ link }}" in text) == (path.stem in LINKED)


def test_each_path_in_a_text_is_a_stable_url() -> None:
    paths = {path for file in PATHS for path in paths_in(file.read_text(encoding="utf-8"))}
    assert paths == {"/api/v1/webhooks/1/", "/api/v1/webhooks/1/deliveries/"}
    for path in paths:
        assert not resolve(path).namespace


def paths_in(template: str) -> list[str]:
    """Return the paths of URLs in the text of a template, with 1 for each of its values."""
    text = re.sub(r"{%.*?%}", "", re.sub(r"{{ \w+ }}", "1", template))
    return [path.rstrip(".,") for path in re.findall(r"(?<![\w/])/[a-z]\S*", text)]

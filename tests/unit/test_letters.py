"""Texts of mails in every language."""

from pathlib import Path

import pytest

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

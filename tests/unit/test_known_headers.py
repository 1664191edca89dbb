"""The table of known headers, and the form in which headers are compared."""

import unicodedata
from itertools import combinations
from typing import Any

import pytest

from tasks.reading import known_headers
from tasks.reading.header_columns import FIELDS
from tasks.reading.known_headers import meaning_of, normalised, without_suffixes


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (" E-MAIL\t", "e-mail"),
        ("E\u2011mail", "e-mail"),
        ("E\u2013mail", "e-mail"),
        ("E\u2212mail", "e-mail"),
        ("E\u00admail", "email"),
        ("\u200bEmail", "email"),
        ("\u202aEmail\u202c", "email"),
        ("\ufeffEmail", "email"),
        ("Em\ufe0fail", "email"),
        ("E\xa0mail", "e mail"),
        ("Full \t\u3000 Name", "full name"),
        ("\uff25\uff4d\uff41\uff49\uff4c", "email"),
        ("Te\u0301le\u0301phone", "téléphone"),
        ("Nom d\u2019affichage", "nom d'affichage"),
        ("Nom d\u00b4affichage", "nom d'affichage"),
        ("Nom d`affichage", "nom d'affichage"),
        ("STRASSE", normalised("Straße")),
        ("", ""),
        ("\u200b \xa0", ""),
    ],
)
def test_headers_are_compared_in_one_form(header: str, expected: str) -> None:
    assert normalised(header) == expected


def test_a_header_that_is_too_long_is_not_known() -> None:
    assert meaning_of(normalised("email" + " (x)" * 300)) is None


def test_a_long_header_is_compared_as_it_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    """The normal form of a run of combining marks takes quadratic time."""
    lengths, normalize = [0], unicodedata.normalize

    def record(form: Any, text: str) -> str:
        lengths.append(len(text))
        return normalize(form, text)

    monkeypatch.setattr(unicodedata, "normalize", record)
    header = "a" + "\u0300\u0327" * 400
    assert normalised(header) == header
    assert max(lengths) < 400


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("email *", "email"),
        ("email:", "email"),
        ("email [required]", "email"),
        ("email (optional) *:", "email"),
        ("email (a) [b] (c)", "email"),
        ("name (original name)", "name"),
        ("email)", "email)"),
        ("phone #", "phone #"),
        ("(optional)", ""),
        ("(" * 500 + ")" * 500, "(" * 499),
    ],
)
def test_suffixes_do_not_count(key: str, expected: str) -> None:
    assert without_suffixes(key) == expected


def test_each_entry_means_its_field_and_rank() -> None:
    """Fails if an entry is there twice, or if another entry has the same spelling."""
    for field, ranks in known_headers._TABLE["fields"].items():
        for rank, entries in enumerate(ranks):
            for entry in entries:
                meaning = meaning_of(normalised(entry))
                assert meaning is not None
                assert (meaning.field, meaning.rank) == (field, 2 * rank), entry


def test_each_checked_entry_and_each_context_names_something_known() -> None:
    for field, entries in known_headers._TABLE["checked"].items():
        for entry in entries:
            meaning = meaning_of(normalised(entry))
            assert meaning is not None
            assert (meaning.field, meaning.is_checked) == (field, True), entry
    assert {context.field for context in known_headers.CONTEXTS} <= {*FIELDS, ""}


def test_no_word_means_two_things() -> None:
    words = [*known_headers.TRUE, *known_headers.FALSE]
    assert len(set(words)) == len(words)
    assert [word for word in words if word != word.strip().lower()] == []


@pytest.mark.parametrize(
    "header", ["first name", "firstName", "FIRST_NAME", "First-Name", "First Name [Required]"]
)
def test_an_entry_stands_for_its_spellings(header: str) -> None:
    meaning = meaning_of(normalised(header))
    assert meaning is not None
    assert meaning.field == "first_name"


@pytest.mark.parametrize("header", ["Prenom", "Situacao", "Imie", "haslo", "Telefone Movel"])
def test_accents_may_be_left_out(header: str) -> None:
    assert meaning_of(normalised(header)) is not None


@pytest.mark.parametrize("header", ["emailz", "mailing", "names", "e.mail", "email x", "xemail"])
def test_nothing_similar_is_known(header: str) -> None:
    assert meaning_of(normalised(header)) is None


def test_a_header_as_it_stands_comes_before_one_with_a_suffix() -> None:
    ranks = [meaning_of(normalised(header)) for header in ("Email", "Email (new)", "mail")]
    assert all(
        first and second and first.rank < second.rank for first, second in combinations(ranks, 2)
    )

"""Messy files over HTTP, and what the reference importer says about each.

`ORACLE_SEED=n pytest tests/oracle` makes other files; a failure names the seed and the number.
"""

from itertools import product

import pytest
from pytest_django import Settings
from rest_framework.test import APIClient

from tests.oracle.checking import exist, seen, wanted
from tests.oracle.messy import Messy, messy
from tests.oracle.reference import expected
from tests.oracle.seeds import SEED, chance_for

pytestmark = pytest.mark.django_db(transaction=True)
FILES, LARGE_FILES = 144, 4
MODES = [
    {"mode": mode, "dry_run": dry_run, "on_error": on_error} | max_errors
    for mode, on_error, max_errors, dry_run in product(
        ("create", "upsert"),
        ("continue", "continue", "abort"),
        ({}, {}, {"max_errors": "3"}, {"max_errors": "12.5%"}),
        ("false", "true"),
    )
]


@pytest.mark.parametrize("number", range(FILES))
def test_an_import_matches_the_reference(
    as_bob: APIClient, settings: Settings, number: int
) -> None:
    """In every mode three files and more. Each of these changes was made and made it fail.

    Reading: UTF-8 judged by the file's beginning; ISO-8859-1 instead of Windows-1252; the option
    encoding before the byte order mark; `?` for bytes that are no text; `sep=` ignored or not
    counted as a line; str.splitlines; a line of tabs blank in a file of tabs; a stray quote that
    costs more than its line; lines counted by records; quotes read by Polars; surplus cells cut
    off; nameless columns required.
    Checking: cells not trimmed; e-mails only lower-cased; control characters accepted; lengths in
    bytes.
    Twice in the file: the last one wins; later ones not taken out; only the first batch looked at.
    Loading: superusers or staff changed by an upsert; an empty cell that empties; everybody
    updated; people who were there marked as the import's; a dry run that writes; who says nothing
    not active; password_hash not taken, or an empty password hashed.
    Verdict: max_errors off by one, or a share of the good rows; duplicates not counted as failed.
    Reporting: skipped records packed wrongly; always commas in failed-rows.csv; its formulas bare.
    """
    settings.IMPORT_CHUNK_ROWS = 7
    chance = chance_for("oracle", number)
    _check(as_bob, messy(chance), MODES[number % len(MODES)], number)


@pytest.mark.parametrize("number", range(LARGE_FILES))
def test_a_file_read_in_several_blocks_matches_the_reference(
    as_bob: APIClient, settings: Settings, number: int
) -> None:
    """Fails when a row or character between two pieces is lost, doubled or counted wrongly."""
    settings.IMPORT_CHUNK_ROWS = 400
    file = messy(chance_for("large", number), rows=3000, padding=1000)
    _check(as_bob, file, {"mode": "upsert"}, number)


def _check(client: APIClient, file: Messy, mode: dict[str, str], number: int) -> None:
    options = mode | file.options
    before = exist(file.people)
    after = wanted(expected(file.data, options, before))
    found = seen(client, file.data, options)
    about = f"ORACLE_SEED={SEED} number {number}: {options} {file.data[:4000]!r}"
    assert found.keys() == after.keys(), about
    for part, what in after.items():
        assert found[part] == what, about

"""Messy files uploaded through the API, compared with the reference importer.

`ORACLE_SEED=n pytest tests/oracle` makes other files. A failure names the seed and the number.
"""

from itertools import product
from random import Random

import pytest
from pytest_django import Settings
from rest_framework.test import APIClient

from tasks.planning import plan, verdict
from tests.oracle.checking import actual_report, create_users, declare, expected_report
from tests.oracle.limits import Limits
from tests.oracle.messy import MessyFile, messy_file
from tests.oracle.reference import expected
from tests.oracle.seeds import SEED, rng_for

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.no_cover]
MODES = [
    {"mode": mode, "dry_run": dry_run, "on_error": on_error} | max_errors
    for mode, on_error, max_errors, dry_run in product(
        ("create", "upsert"),
        ("continue", "continue", "abort"),
        ({}, {}, {"max_errors": "3"}, {"max_errors": "12.5%"}),
        ("false", "true"),
    )
]


def numbers(count: int, *, long: int) -> list[object]:
    """Return the numbers of the files: so many in each run, the others with the mark `long`."""
    others = (pytest.param(number, marks=pytest.mark.long) for number in range(count, long))
    return [*range(count), *others]


@pytest.mark.parametrize("number", numbers(96, long=144))
def test_an_import_matches_the_reference(
    as_bob: APIClient, settings: Settings, number: int
) -> None:
    """Import three files or more in every mode. The test failed with each of these faults.

    Reading: the encoding guessed from the beginning of the file; ISO-8859-1 instead of
    Windows-1252; the option `encoding` preferred to the byte order mark; `?` for invalid bytes;
    `sep=` ignored or not counted as a line; str.splitlines; a line of tabs blank in a file with
    tabs; a stray quote that affects more than its line; lines counted by records; quotes read by
    Polars; surplus cells cut off; nameless columns required.
    Checking: cells not trimmed; e-mail addresses only lower-cased; control characters accepted;
    lengths in bytes.
    Duplicates: the last one wins; later ones not removed; only the first batch checked.
    Loading: superusers or staff changed by an upsert; an empty cell that empties a value; all users
    updated; existing users marked as imported; a dry run that writes; a user without is_active made
    inactive; password_hash ignored, or an empty password hashed.
    Verdict: max_errors off by one, or relative to the valid rows; duplicates not counted as failed.
    Reporting: skipped records compressed wrongly; always commas in rejected-rows.csv; its formulas
    not guarded.
    """
    settings.IMPORT_CHUNK_ROWS = 7
    rng = rng_for("oracle", number)
    mode = MODES[number % len(MODES)]
    _check(as_bob, messy_file(rng), mode, number, Limits(chunk_rows=7))


@pytest.mark.parametrize("number", numbers(48, long=72))
def test_an_export_of_another_system_matches_the_reference(as_bob: APIClient, number: int) -> None:
    """Fails if a column is chosen, or several columns are merged, in another way."""
    file = messy_file(rng_for("exported", number), rows=20, exported=True)
    _check(as_bob, file, MODES[number % len(MODES)], number)


@pytest.mark.parametrize("number", range(24))
def test_a_file_of_a_superuser_matches_the_reference(as_alice: APIClient, number: int) -> None:
    """Fails if the column email_verified is ignored, or changes existing users."""
    file = messy_file(rng_for("superuser", number), rows=20, exported=True)
    _check(as_alice, file, MODES[number % len(MODES)], number, by_superuser=True)


@pytest.mark.parametrize("number", numbers(3, long=4))
def test_a_file_read_in_several_blocks_matches_the_reference(
    as_bob: APIClient, settings: Settings, number: int
) -> None:
    """Fails if a row or character between two blocks is lost, doubled or counted wrongly."""
    settings.IMPORT_CHUNK_ROWS = 400
    file = messy_file(rng_for("large", number), rows=3000, padding=1000)
    _check(as_bob, file, {"mode": "upsert"}, number, Limits(chunk_rows=400))


@pytest.mark.parametrize("number", numbers(32, long=48))
def test_a_file_with_too_many_rejected_rows_matches_the_reference(
    as_bob: APIClient, settings: Settings, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """Fails if the rows that are read or kept depend on the blocks in which the file is read."""
    rng = rng_for("limits", number)
    limits = Limits(many=rng.randrange(12), kept=rng.randint(1, 12))
    settings.IMPORT_MAX_ROW_ERRORS = limits.kept
    monkeypatch.setattr(verdict, "MANY", limits.many)
    file = _file_without_file_error(rng)
    monkeypatch.setattr(plan, "BLOCK_SIZE", rng.choice([len(file.data) // 3 + 1, 1_000_000]))
    _check(as_bob, file, MODES[number % len(MODES)], number, limits)


def _file_without_file_error(rng: Random) -> MessyFile:
    """Return a file without a file error, which may stand behind the last row that is read."""
    while True:
        file = messy_file(rng)
        wanted = expected(file.data, file.options, {}, attributes=file.attributes)
        if not wanted.refused and wanted.error in {"", "too_many_errors"}:
            return file


def _check(
    client: APIClient,
    file: MessyFile,
    mode: dict[str, str],
    number: int,
    limits: Limits | None = None,
    *,
    by_superuser: bool = False,
) -> None:
    options = mode | file.options
    declare(file.attributes)
    existing = create_users(file.users)
    outcome = expected(
        file.data, options, existing, limits, attributes=file.attributes, by_superuser=by_superuser
    )
    wanted = expected_report(outcome)
    actual = actual_report(client, file.data, options)
    context = (
        f"ORACLE_SEED={SEED} number {number}: {options} {file.attributes} {file.data[:4000]!r}"
    )
    assert actual.keys() == wanted.keys(), context
    for part, value in wanted.items():
        assert actual[part] == value, context

"""Round trip of rejected-rows.csv: corrected as in a spreadsheet and uploaded again."""

from random import Random

import pytest
from pytest_django import Settings
from rest_framework.test import APIClient

from tests.oracle.checking import all_users, create_users, declare, download, import_file
from tests.oracle.header import Header
from tests.oracle.limits import Limits
from tests.oracle.messy import MessyFile, messy_file
from tests.oracle.reference import expected
from tests.oracle.results import RecordResult
from tests.oracle.row import Row
from tests.oracle.seeds import SEED, rng_for
from tests.oracle.spreadsheet import Sheet, changes, corrected
from tests.oracle.users import new_user

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.no_cover]
FILES = 40


@pytest.mark.parametrize("number", range(FILES))
def test_exactly_the_corrected_rows_are_imported(
    as_bob: APIClient, settings: Settings, number: int
) -> None:
    """Fails if rejected-rows.csv has other cells than the upload, or has them in other columns.

    It failed when guarded cells kept their quote, and when the known names had precedence over the
    option `columns`. It also failed when short rows that were not corrected were imported because
    a spreadsheet had padded them.
    """
    settings.IMPORT_CHUNK_ROWS = 7
    rng = rng_for("round trip", number)
    file, header, rejected = _file_with_rejected_rows(rng)
    declare(file.attributes)
    create_users(file.users)
    document = import_file(as_bob, file.data, file.options)
    existing = all_users()
    sheet = Sheet(download(as_bob, document), document["file"])
    assert len(sheet.rows) == len(rejected)
    padded = rng.random() < 0.5
    corrected_rows = _correct_some(sheet, rejected, header, file, rng)
    must_change = "must_change_password" in file.options
    users = {
        row.cells["email"]: new_user(row.cells["email"], row, must_change=must_change)
        for row in corrected_rows
    }
    data = sheet.to_bytes(padded=padded)
    # Set the encoding if it was guessed: without the invalid bytes, UTF-8 would be detected.
    encoding = {w["code"]: {"encoding": document["file"]["encoding"]} for w in document["warnings"]}
    again = import_file(as_bob, data, file.options | encoding.get("encoding_guessed", {}))
    context = f"ORACLE_SEED={SEED} number {number}: {file.options} {file.data!r} {data!r}"
    assert all_users(again["task_id"]) == existing | users, context
    assert again["result"]["rows"] == len(rejected), context
    assert again["result"]["created"] == len(users), context


def _file_with_rejected_rows(rng: Random) -> tuple[MessyFile, Header, list[RecordResult]]:
    """Return a new file of which some rows are rejected and returned, and can be corrected."""
    while True:
        file = messy_file(rng)
        users = {user.email: user for user in file.users}
        limits = Limits(chunk_rows=7)
        found = expected(file.data, file.options, users, limits, attributes=file.attributes)
        header, rejected = found.header, found.with_outcome("failed")
        required = {one.field for one in file.attributes if one.required}
        if not header or not required <= set(header.fields.values()):
            continue
        if rejected and not header.has_secrets and not header.is_failed_rows_file:
            return file, header, rejected


def _correct_some(
    sheet: Sheet, rejected: list[RecordResult], header: Header, file: MessyFile, rng: Random
) -> list[Row]:
    """Correct about every second row and return these rows."""
    rows = []
    for at, result in enumerate(rejected):
        if rng.random() < 0.5:
            email = f"mended.{at}@example.com"
            row = corrected(result, header, file.options, file.attributes, email=email)
            changed = changes(result, header, file.options, row.cells)
            sheet.correct(at, changed, whole_row=not result.column)
            rows.append(row)
    return rows

"""Random bytes uploaded through the API: every upload gets a clear answer.

Each run sends other bytes. The first lines of pytest and a failure show `FUZZ_SEED=n`; this
variable repeats the run.
"""

import os
from random import Random
from typing import Any

import pytest
from django.conf import settings
from pytest_django import Settings
from rest_framework.test import APIClient

from tasks.models import ImportJob
from tests.fuzz.random_files import random_file
from tests.imports import run
from tests.oracle.checking import declare
from tests.oracle.uploads import upload

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.no_cover]
SEED = os.environ["FUZZ_SEED"]
BATCHES, FILES = 6, 50

_OPTIONS = {
    "mode": ("create", "upsert", "replace", ""),
    "dry_run": ("true", "false", "maybe"),
    "notify": ("false", "", "true", "maybe"),
    "client_reference": ("", "run 17", "x" * 101, "\0", "é"),
    "on_error": ("continue", "abort", "\0"),
    "max_errors": ("0", "5", "10%", "100%", "-1", "1e9", "%", "9" * 400, "nan", "٣"),
    "delimiter": (",", ";", "tab", "\\t", "|", "", "ab", "\n", '"', "é"),
    "encoding": ("utf-8", "utf-16", "utf-16-le", "windows-1252", "cp850", "shift_jis", "utf-7",
                 "idna", "base64", "rot13", "../x", "", "utf-32"),
    "columns": ("{}", '{"email": null}', '{"a": "email"}', '{"a": "is_staff"}', "[]", "{", "1",
                '{"a": {"b": []}}', "[" * 5000, '{"a": "email", "a": "name"}', '{"": "name"}',
                '{"\\ud800": "name"}', '{"\\u0000": null}'),
    "update": ("name", "attributes.floor", "attributes.gone", "attributes.", "password", ",", "\0"),
    "clear_with": ("-", "", " ", "\0", "x" * 101, "e\u0301", "=", "\u200b"),
    "date_order": ("dmy", "mdy", "", "DMY", "\0"),
    "sheet": ("Sheet1", "Sheet 1", "", "\0", "x" * 300),
    "unknown": ("1",),
}  # fmt: skip


def _random_options(rng: Random) -> dict[str, str]:
    """Return no options for most uploads: a wrong one ends the upload before the file is read."""
    names = [name for name in _OPTIONS if rng.random() < 0.05]
    return {name: rng.choice(_OPTIONS[name]) for name in names}


@pytest.mark.parametrize("batch", range(BATCHES))
def test_every_upload_gets_a_clear_answer(
    as_bob: APIClient, settings: Settings, batch: int
) -> None:
    """Fails if an exception escapes, counts do not add up, or a file is left behind."""
    settings.IMPORT_CHUNK_ROWS = 9
    existing = _incoming_files()
    for number in range(batch * FILES, (batch + 1) * FILES):
        rng = Random(f"{SEED}/{number}")  # noqa: S311
        data, options, attributes = random_file(rng)
        options |= _random_options(rng)
        context = f"FUZZ_SEED={SEED} number {number}: {options} {attributes} {data[:3000]!r}"
        declare(attributes)
        try:
            _import_and_check(as_bob, data, options)
        except BaseException as error:
            error.add_note(context)
            raise
        assert _incoming_files() == existing, context


def _incoming_files() -> set[str]:
    return {path.name for path in settings.INCOMING_DIR.glob("*")}


def _import_and_check(client: APIClient, data: bytes, options: dict[str, str]) -> None:
    answer = upload(client, data, options)
    assert answer.status_code in (202, 400, 413), answer.content
    if answer.status_code != 202:
        assert answer.json()["error"]["message"]
        return
    run(ImportJob.objects.get(id=answer.json()["task_id"]))
    document = client.get(answer.json()["status_url"]).json()
    result: dict[str, Any] = document["result"]
    assert document["status"] in ("SUCCESS", "FAILURE")
    assert (document["status"] == "FAILURE") == bool(document["error"])
    assert result.pop("rows") == sum(result.values())
    assert client.get(document["links"]["errors"]).status_code == 200
    returned = client.get(document["links"]["failed_rows"])
    # A workbook that the plan cannot read has no CSV text.
    statuses = (200, 410) if document["file"]["format"] == "csv" else (200, 404, 410)
    assert returned.status_code in statuses, returned.content
    assert returned.getvalue()

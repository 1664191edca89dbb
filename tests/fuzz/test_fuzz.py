"""Random bytes uploaded through the API: every upload gets a clear answer.

Each run sends other bytes. The first lines of pytest and a failure show `FUZZ_SEED=n`; this
variable repeats the run.
"""

import os
from collections.abc import Callable
from io import BytesIO
from random import Random
from typing import Any
from zipfile import ZipFile

import pytest
from django.conf import settings
from pytest_django import Settings
from rest_framework.test import APIClient

from tasks.models import ImportJob
from tests.imports import run
from tests.oracle.attributes import Attributes
from tests.oracle.checking import declare
from tests.oracle.messy import messy_file
from tests.oracle.uploads import upload
from tests.workbooks import ods, replaced, xlsx

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.no_cover]
SEED = os.environ["FUZZ_SEED"]
BATCHES, FILES = 6, 50

_SPLICES = (
    b"\0", b'"', b"\r", b"\n", b",", b"\xff", b"\xfe\xff", b"\xef\xbb\xbf", b"sep=", b"\xd8\x00",
    b"PK\x03\x04", b"\x1f\x8b\x08", b"email", b"@", b"<html>", b"%PDF-1.7", b'{"a": 1}',
)  # fmt: skip
_OPTIONS = {
    "mode": ("create", "upsert", "replace", ""),
    "dry_run": ("true", "false", "maybe"),
    "notify": ("false", "", "true", "maybe"),
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


def _flip_bits(data: bytearray, rng: Random) -> None:
    for _ in range(rng.randrange(1, 9)):
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)


def _truncate(data: bytearray, rng: Random) -> None:
    del data[rng.randrange(len(data)) :]


def _insert(data: bytearray, rng: Random) -> None:
    for _ in range(rng.randrange(1, 4)):
        at = rng.randrange(len(data) + 1)
        data[at:at] = rng.choice(_SPLICES)


def _repeat_part(data: bytearray, rng: Random) -> None:
    """Insert a copy of a part of the file elsewhere."""
    start, at = rng.randrange(len(data)), rng.randrange(len(data))
    data[at:at] = data[start : start + rng.randrange(200)]


def _repeat_byte(data: bytearray, rng: Random) -> None:
    """Repeat a byte so often that lines, cells or numbers of cells become long."""
    at = rng.randrange(len(data))
    data[at:at] = bytes([data[at]]) * rng.choice((300, 5_000, 1_200_000))


_MUTATIONS: tuple[Callable[[bytearray, Random], None], ...] = (
    _flip_bits,
    _truncate,
    _insert,
    _repeat_part,
    _repeat_byte,
)


def _mutated(data: bytes, rng: Random) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 3))):
        if changed:
            rng.choice(_MUTATIONS)(changed, rng)
    return bytes(changed)


def _workbook(rng: Random) -> bytes:
    """Return a workbook with a mutation in one of its files, or in the archive."""
    rows = [["email", "name"], *([f"u{number}@x.com", "Ann\nLee"] for number in range(9))]
    whole = rng.choice((xlsx, ods))(rows)
    if rng.random() < 0.2:
        return _mutated(whole, rng)
    with ZipFile(BytesIO(whole)) as archive:
        name = rng.choice(archive.namelist())
        content = archive.read(name)
    return replaced(whole, {name: _mutated(content, rng)})


def _random_file(rng: Random) -> tuple[bytes, dict[str, str], Attributes]:
    kind = rng.random()
    if kind < 0.1:
        return rng.randbytes(rng.randrange(1, 3000)), {}, ()
    if kind < 0.2:
        return _workbook(rng), {}, ()
    file = messy_file(rng)
    return _mutated(file.data, rng), file.options if rng.random() < 0.8 else {}, file.attributes


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
        data, options, attributes = _random_file(rng)
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

"""Bytes of all kinds over HTTP: whatever is sent, it ends in a clear answer.

Each run sends other bytes: pytest's first lines and a failure say `FUZZ_SEED=n`, which in the
environment sends the same again.
"""

import os
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from django.conf import settings
from pytest_django import Settings
from rest_framework.test import APIClient

from tasks.models import ImportJob
from tests.imports import run
from tests.oracle.messy import messy
from tests.oracle.uploads import upload

pytestmark = pytest.mark.django_db(transaction=True)
SEED = os.environ["FUZZ_SEED"]
BATCHES, FILES = 6, 50

_SPLICES = (
    b"\0", b'"', b"\r", b"\n", b",", b"\xff", b"\xfe\xff", b"\xef\xbb\xbf", b"sep=", b"\xd8\x00",
    b"PK\x03\x04", b"\x1f\x8b\x08", b"email", b"@", b"<html>", b"%PDF-1.7", b'{"a": 1}',
)  # fmt: skip
_OPTIONS = {
    "mode": ("create", "upsert", "replace", ""),
    "dry_run": ("true", "false", "maybe"),
    "on_error": ("continue", "abort", "\0"),
    "max_errors": ("0", "5", "10%", "100%", "-1", "1e9", "%", "9" * 400, "nan", "٣"),
    "delimiter": (",", ";", "tab", "\\t", "|", "", "ab", "\n", '"', "é"),
    "encoding": ("utf-8", "utf-16", "utf-16-le", "windows-1252", "cp850", "shift_jis", "utf-7",
                 "idna", "base64", "rot13", "../x", "", "utf-32"),
    "columns": ("{}", '{"email": null}', '{"a": "email"}', '{"a": "is_staff"}', "[]", "{", "1",
                '{"a": {"b": []}}', "[" * 5000, '{"a": "email", "a": "name"}', '{"": "name"}',
                '{"\\ud800": "name"}', '{"\\u0000": null}'),
    "unknown": ("1",),
}  # fmt: skip


def _bits(data: bytearray, chance: Random) -> None:
    for _ in range(chance.randrange(1, 9)):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


def _cut(data: bytearray, chance: Random) -> None:
    del data[chance.randrange(len(data)) :]


def _insert(data: bytearray, chance: Random) -> None:
    for _ in range(chance.randrange(1, 4)):
        at = chance.randrange(len(data) + 1)
        data[at:at] = chance.choice(_SPLICES)


def _swap(data: bytearray, chance: Random) -> None:
    """A part of the file comes again elsewhere."""
    start, at = chance.randrange(len(data)), chance.randrange(len(data))
    data[at:at] = data[start : start + chance.randrange(200)]


def _grow(data: bytearray, chance: Random) -> None:
    """One byte very often, so that lines, cells and numbers of cells get long."""
    at = chance.randrange(len(data))
    data[at:at] = bytes([data[at]]) * chance.choice((300, 5_000, 1_200_000))


_MUTATIONS: tuple[Callable[[bytearray, Random], None], ...] = (_bits, _cut, _insert, _swap, _grow)


def _file(chance: Random) -> tuple[bytes, dict[str, str]]:
    if chance.random() < 0.1:
        return chance.randbytes(chance.randrange(1, 3000)), {}
    file = messy(chance)
    data = bytearray(file.data)
    for _ in range(chance.choice((1, 1, 2, 3))):
        if data:
            chance.choice(_MUTATIONS)(data, chance)
    return bytes(data), file.options if chance.random() < 0.8 else {}


def _options(chance: Random) -> dict[str, str]:
    """None in most uploads: a wrong one ends it before the file is looked at."""
    names = [name for name in _OPTIONS if chance.random() < 0.05]
    return {name: chance.choice(_OPTIONS[name]) for name in names}


@pytest.mark.parametrize("batch", range(BATCHES))
def test_every_upload_gets_a_clear_answer(
    as_bob: APIClient, settings: Settings, batch: int
) -> None:
    """Fails when anything escapes as an exception, does not sum up, or leaves a file behind."""
    settings.IMPORT_CHUNK_ROWS = 9
    before = _received()
    for number in range(batch * FILES, (batch + 1) * FILES):
        chance = Random(f"{SEED}/{number}")  # noqa: S311
        data, options = _file(chance)
        options |= _options(chance)
        about = f"FUZZ_SEED={SEED} number {number}: {options} {data[:3000]!r}"
        try:
            _end(as_bob, data, options)
        except BaseException as error:
            error.add_note(about)
            raise
        assert _received() == before, about


def _received() -> set[str]:
    return {path.name for path in settings.INCOMING_DIR.glob("*")}


def _end(client: APIClient, data: bytes, options: dict[str, str]) -> None:
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
    assert returned.status_code in (200, 410), returned.content
    assert returned.getvalue()

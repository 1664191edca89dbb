"""POST contacts/inspect/ with the first megabyte of a larger file, which may be compressed."""

import gzip
import random
import tracemalloc
import zipfile
from io import BytesIO

import pytest

from tests.api.conftest import Inspect

MEGABYTE = 1024 * 1024


def noise_of(size: int) -> bytes:
    """Return the same bytes in each run; nothing compresses them."""
    return random.Random(1).randbytes(size)  # noqa: S311


def rows_of_random_names(size: int) -> bytes:
    """Return a CSV file of more than `size` bytes that compresses badly."""
    names = noise_of(size).hex()
    rows = (f"u{at}@x.com,{names[at : at + 60]}\n" for at in range(0, size, 60))
    return f"email,name\n{''.join(rows)}".encode()


def test_a_file_may_be_cut_inside_a_character(inspect: Inspect) -> None:
    data = ("email,name\n" + "a@x.com,é\n" * 110_000).encode()
    inside = data.rindex("é".encode(), 0, MEGABYTE) + 1
    assert inspect(data[:inside])["encoding"] == "utf-8"
    assert inspect(gzip.compress(data[:inside]))["encoding"] == "windows-1252"
    short = "email,name\na@x.com,é".encode()[:-1]
    assert inspect(short)["encoding"] == "windows-1252"  # as in an upload


def zipped(*names: str, content: bytes, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name in names:
            archive.writestr(name, b"" if name.endswith("/") else content)
    return buffer.getvalue()


@pytest.mark.parametrize("size", [2000, 3 * MEGABYTE])
@pytest.mark.parametrize("kind", ["gzip", "zip", "stored", "folders"])
def test_a_compressed_file_may_be_cut(inspect: Inspect, kind: str, size: int) -> None:
    content = rows_of_random_names(size)
    data = {
        "gzip": lambda: gzip.compress(content),
        "zip": lambda: zipped("a.csv", content=content),
        "stored": lambda: zipped("a.csv", content=content, method=zipfile.ZIP_STORED),
        "folders": lambda: zipped("a/", "__MACOSX/", "a/b.csv", content=content),
    }[kind]()
    assert (len(data) > MEGABYTE) is (size > MEGABYTE)
    found = inspect(data[:MEGABYTE])
    assert found["error"] is None
    assert found["compression"] == ("gzip" if kind == "gzip" else "zip")
    assert found["mapping"] == {"email": "email", "name": "name"}
    assert found["columns"][0]["samples"][0] == "u0@x.com"


def test_the_beginning_of_a_document_is_not_csv(inspect: Inspect) -> None:
    noise = noise_of(MEGABYTE // 2)
    data = zipped("[Content_Types].xml", "xl/workbook.xml", "xl/a.xml", content=noise)
    error = inspect(data[:MEGABYTE])["error"]
    assert error["code"] == "not_csv"
    assert "Excel" in error["message"]


def test_a_damaged_or_encrypted_file_of_a_megabyte_is_an_error(inspect: Inspect) -> None:
    noise = noise_of(MEGABYTE)
    encrypted = bytearray(zipped("a.csv", content=noise)[:MEGABYTE])
    encrypted[6] |= 1
    unknown = bytearray(encrypted)
    unknown[6], unknown[8] = 0, 12
    damaged = (b"\x1f\x8b" + noise)[:MEGABYTE]
    nothing = (b"PK\x05\x06" + bytes(MEGABYTE))[:MEGABYTE]
    for data in (encrypted, unknown, damaged, nothing):
        assert inspect(bytes(data))["error"]["code"] == "not_csv"


def test_a_bomb_is_decompressed_to_a_megabyte(inspect: Inspect) -> None:
    bomb = gzip.compress(b"email\n" + bytes(200 * MEGABYTE), compresslevel=9)
    tracemalloc.start()
    found = inspect(bomb)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found["mapping"] == {"email": "email"}
    assert peak < 20 * MEGABYTE

"""Files that are built to fill the memory, the disk or an hour.

Most are sent as gzip: a few kilobytes that decompress to the largest allowed size. conftest.py
checks the system after all tests.
"""

import gzip
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from local.stack import Stack
from tests.faults.api import Api, Upload
from tests.stacks import as_admin, await_end

pytestmark = pytest.mark.xdist_group("stack")
MB = 1_000_000
HEADER = b"email,name\n"


def gzipped(*parts: tuple[bytes, int]) -> bytes:
    """Return a gzip file with each part repeated; it is at most 1/200 of its content."""
    return b"".join(gzip.compress(part, 1) * times for part, times in parts)


def zipped(name: str, content: bytes) -> bytes:
    """Return a zip archive with one file."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return buffer.getvalue()


REFUSED: dict[str, tuple[Callable[[], bytes], int, str]] = {
    "one line of 1 GB": (lambda: gzipped((b"e" * 50 * MB, 20)), 400, "line_too_long"),
    "3,000,000 columns": (
        lambda: gzipped((b"email" + b",a" * 3 * MB + b"\n", 1)), 400, "line_too_long",
    ),
    "500,000 columns": (lambda: b"email" + b",a" * 500_000 + b"\n", 400, "not_csv"),
    "100,000 distinct headers": (
        lambda: ",".join(f"h{number}" for number in range(100_000)).encode(), 400, "not_csv",
    ),
    "a header of 1 MiB": (lambda: b"email," + b"h" * 2**20 + b"\na@x.com,\n", 400, "line_too_long"),
    "a header of 100 MB": (
        lambda: gzipped((b'email,"', 1), (b"a" * 50 * MB, 2), (b'"\n', 1)), 400, "line_too_long",
    ),
    "a header of 50,000,000 lines": (
        lambda: gzipped((b'email,"', 1), (b"a\n" * 25 * MB, 2), (b'"\n', 1)), 400, "unclosed_quote",
    ),
    "only quotes": (lambda: gzipped((b'"' * 50 * MB, 1)), 400, "line_too_long"),
    "only lines with one quote": (lambda: gzipped((b'"\n' * 5 * MB, 1)), 400, "missing_header"),
    "only NULs": (lambda: gzipped((bytes(50 * MB), 2)), 400, "line_too_long"),
    "only carriage returns": (lambda: gzipped((b"\r" * 50 * MB, 1)), 400, "missing_header"),
    "10,000,000 blank lines first": (
        lambda: gzipped((b"\n" * 10 * MB, 1), (HEADER, 1)), 400, "missing_header",
    ),
    "10 GB in 10 MB": (lambda: gzip.compress(bytes(100 * MB)) * 100, 400, "line_too_long"),
    "300 MB in 300 KB": (lambda: gzip.compress(bytes(300 * MB)), 400, "line_too_long"),
    "a zip in a zip": (lambda: zipped("a.csv", zipped("b.csv", HEADER)), 400, "not_csv"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "status", "code"), REFUSED.values(), ids=REFUSED.keys())
def test_a_hostile_file_is_refused_at_the_upload(
    api: Api, content: Callable[[], bytes], status: int, code: str
) -> None:
    answer = api.send(content())
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


FAILING: dict[str, tuple[Callable[[], bytes], str]] = {
    "a line of 1 GB": (lambda: gzipped((HEADER, 1), (b"e" * 50 * MB, 20)), "line_too_long"),
    "a row of 3,000,000 cells": (
        lambda: gzipped((HEADER + b"a@x.com" + b"," * 3 * MB + b"\n", 1)), "line_too_long",
    ),
    "a cell of 100 MB": (
        lambda: gzipped((HEADER + b'"', 1), (b"a" * 50 * MB, 2), (b'"\n', 1)), "line_too_long",
    ),
    "a cell of 50,000,000 lines": (
        lambda: gzipped((HEADER + b'"', 1), (b"a\n" * 25 * MB, 2), (b'"\n', 1)), "unclosed_quote",
    ),
    "a quote that does not close": (lambda: HEADER + b'"a@x.com\nb@x.com,b\n', "unclosed_quote"),
    "a quote that does not close in 50 MB": (
        lambda: gzipped((HEADER + b'"a@x.com\n', 1), (b"b@x.com,b\n" * 5 * MB, 1)),
        "unclosed_quote",
    ),
    "a quote that does not close below 100,000 good rows": (
        lambda: gzipped(
            (HEADER + b"".join(b"quote%d@x.com,b\n" % n for n in range(100_000)) + b'"\n', 1),
            (b"b@x.com,b\n" * MB, 1),
        ),
        "unclosed_quote",
    ),
    "300 MB in a gzip of 300 KB": (lambda: gzip.compress(HEADER + bytes(300 * MB)), "not_csv"),
    "300 MB in a zip of 300 KB": (lambda: zipped("a.csv", HEADER + bytes(300 * MB)), "not_csv"),
    "1.3 GB in 6 MB": (lambda: gzipped((HEADER, 1), (b"\n" * 50 * MB, 26)), "too_large"),
    "a row of quotes": (lambda: gzipped((HEADER + b'"' * 50 * MB, 1)), "line_too_long"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "code"), FAILING.values(), ids=FAILING.keys())
def test_a_hostile_file_fails_and_loads_no_user(
    api: Api, content: Callable[[], bytes], code: str
) -> None:
    document = api.await_end(accepted_upload(api, content()))
    assert (document["status"], document["error"]["code"]) == ("FAILURE", code)
    assert set(document["result"].values()) == {0}


def test_an_uncompressed_line_of_a_gigabyte_is_a_failure(tmp_path: Path, stack: Stack) -> None:
    """The file has a hole, so that it takes no disk space."""
    path = tmp_path / "hole.csv"
    with path.open("wb") as file:
        file.write(HEADER)
        file.truncate(1000 * MB)
    with as_admin(stack) as admin:
        document = await_end(admin, admin.upload(path), within=60)
    assert (document["status"], document["error"]["code"]) == ("FAILURE", "line_too_long")
    path.unlink()


LINE_ENDS = (b"\n", b"\r\n", b"\r")
LOADED: dict[str, tuple[Callable[[], bytes], dict[str, int]]] = {
    "rows of 500,000 cells": (
        lambda: gzipped((HEADER, 1), ((b"a@x.com" + b",a" * 500_000 + b"\n") * 20, 1)),
        {"rows": 20, "failed": 20},
    ),
    "rows of 1,000,000 empty cells": (
        lambda: gzipped((HEADER, 1), ((b"cells@x.com" + b"," * MB + b"\n") * 20, 1)),
        {"rows": 20, "failed": 20},
    ),
    "a header of 1,000,000 characters": (
        lambda: b"email," + b"h" * MB + b"\nheader@x.com,\n", {"rows": 1, "created": 1},
    ),
    "500,000 rows of quotes": (
        lambda: gzipped((HEADER + b'"\n' * MB, 1)), {},  # each is a cell of blanks
    ),
    "100,000 rows of NULs": (
        lambda: gzipped((HEADER + (bytes(100) + b"\n") * 100_000, 1)),
        {"rows": 100_000, "failed": 100_000},
    ),
    "alternating line endings": (
        lambda: HEADER
        + b"".join(b"turn%d@x.com,a%b" % (n, LINE_ENDS[n % 3]) for n in range(30_000)),
        {"rows": 30_000, "created": 30_000},
    ),
    "10,000,000 blank lines": (
        lambda: gzipped((HEADER, 1), (b"\n" * 10 * MB, 1), (b"blank@x.com,\n", 1)),
        {"rows": 1, "created": 1},
    ),
    "10,000,000 lines with a space": (
        lambda: gzipped((HEADER, 1), (b" \r\n" * 10 * MB, 1), (b"blanks@x.com,\n", 1)),
        {"rows": 1, "created": 1},
    ),
    "a path in a zip": (
        lambda: zipped("../../x.csv", HEADER + b"zip@x.com,\n"), {"rows": 1, "created": 1},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("content", "counts"), LOADED.values(), ids=LOADED.keys())
def test_a_hostile_file_is_read_to_its_end(
    api: Api, content: Callable[[], bytes], counts: dict[str, int]
) -> None:
    document = api.await_end(accepted_upload(api, content(), max_errors="100%"))
    assert document["status"] == "SUCCESS"
    assert {name: count for name, count in document["result"].items() if count} == counts


def accepted_upload(api: Api, content: bytes, **options: str) -> Upload:
    """Upload a file and return the accepted upload, without keeping the content."""
    answer = api.send(content, **options)
    assert answer.status_code == 202, answer.text
    return Upload(b"", answer.json()["status_url"])

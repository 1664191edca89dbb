"""Workbooks: how they are recognised, and which of them are refused."""

import io
from pathlib import Path

import pytest

from tasks.codes import FileError
from tasks.reading.formats import check_bytes
from tasks.reading.unpacking import RATIO_COUNTS_FROM
from tasks.reading.workbook import find_workbook
from tests.workbooks import archive, ods, replaced, xlsx

PASSWORD = Path(__file__).parents[1] / "data/workbooks/password.xlsx"
ROWS = [["email"], ["a@x.com"]]


def kind_of(content: bytes) -> str | None:
    workbook = find_workbook(io.BytesIO(content))
    return workbook.kind if workbook else None


MANIFEST = b"<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>"
MIMETYPE = b"application/vnd.oasis.opendocument.spreadsheet"


def with_flag(content: bytes) -> bytes:
    """Return the archive with the flag of encryption on its first file, in its directory."""
    data = bytearray(content)
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def test_the_kind_of_a_workbook() -> None:
    assert kind_of(xlsx(ROWS)) == "xlsx"
    assert kind_of(ods(ROWS)) == "ods"


@pytest.mark.parametrize(
    "content",
    [
        archive({"people.csv": b"email\n"}),
        archive({"people.csv": b"email\n", "content.xml": b""}),
        ods(ROWS, mimetype="application/vnd.oasis.opendocument.text"),
        archive({"word/document.xml": b""}),
        xlsx(ROWS)[:-30],
        with_flag(ods(ROWS)),  # its first file, which names the format, has a password
        b"PK\x03\x04",
        b"",
    ],
    ids=range(8),
)
def test_other_archives_are_no_workbooks(content: bytes) -> None:
    assert kind_of(content) is None


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (replaced(xlsx(ROWS), {"xl/vbaProject.bin": b"x"}), r"with macros\. Save it as an Excel"),
        (replaced(xlsx(ROWS), {"xl/macrosheets/sheet1.xml": b"x"}), "with macros"),
        (replaced(ods(ROWS), {"Basic/Standard/Module1.xml": b"x"}), "with macros"),
        (archive({"xl/workbook.bin": b"x"}), r"binary Excel workbook\. Save it as"),
        (with_flag(xlsx(ROWS)), "has a password. Save it without one"),
        (replaced(ods(ROWS), {"META-INF/manifest.xml": MANIFEST}), "has a password"),
        (
            archive(
                {
                    "mimetype": MIMETYPE,
                    "META-INF/manifest.xml": MANIFEST,
                    "encrypted-package": b"x",
                }
            ),
            "has a password",
        ),
        (
            replaced(xlsx(ROWS), {"xl/media/image1.png": bytes(RATIO_COUNTS_FROM + 1)}),
            "too many cells",
        ),
    ],
    ids=range(8),
)
def test_a_workbook_that_cannot_be_read_is_refused(content: bytes, words: str) -> None:
    with pytest.raises(FileError, match=words) as caught:
        kind_of(content)
    assert caught.value.code == "not_csv"


def test_an_excel_workbook_with_a_password_is_named() -> None:
    """Excel does not encrypt within an archive: it puts the encrypted archive into a container."""
    with pytest.raises(FileError, match="has a password"):
        check_bytes(PASSWORD.read_bytes())

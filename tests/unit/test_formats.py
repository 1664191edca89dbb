"""Files of other formats that are named like a CSV file."""

import io
import sqlite3
import tarfile
from pathlib import Path

import polars as pl
import pytest

from tasks.codes import FileError
from tasks.reading.formats import check_archive, check_bytes, check_text


def parquet() -> bytes:
    buffer = io.BytesIO()
    pl.DataFrame({"email": ["a@x.com"]}).write_parquet(buffer)
    return buffer.getvalue()


def tar() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("people.csv"))
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (b"PK\x03\x04", r"zip archive inside another\. Compress the CSV file only once"),
        (b"\x1f\x8b\x08", "gzip file inside another"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            r"old Excel workbook, .* Save it as an Excel workbook",
        ),
        (b"7z\xbc\xaf\x27\x1c", r"7-Zip archive\. Decompress the file"),
        (b"Rar!\x1a\x07\x01\x00", "RAR archive"),
        (b"\xfd7zXZ\x00", "xz file"),
        (b"\x28\xb5\x2f\xfd", "Zstandard file"),
        (b"BZh91AY&SY", "bzip2 file"),
        (b"%PDF-1.7", "a PDF file"),
        (b"\x89PNG\r\n\x1a\n", "an image"),
        (b"\xff\xd8\xff\xe0", "an image"),
        (parquet(), r"a Parquet file\. Export its table as CSV"),
        (tar(), r"a tar archive\. Decompress the file"),
    ],
    ids=range(13),
)
def test_the_format_of_other_bytes_is_named(head: bytes, words: str) -> None:
    with pytest.raises(
        FileError, match=f"This is not a CSV file: it looks like .*{words}"
    ) as caught:
        check_bytes(head)
    assert caught.value.code == "not_csv"


def test_an_sqlite_database_is_named(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "people.csv") as database:
        database.execute("CREATE TABLE people (email TEXT)")
    database.close()
    with pytest.raises(FileError, match="SQLite database"):
        check_bytes((tmp_path / "people.csv").read_bytes())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("\n <!DOCTYPE html><title>Log in</title>", "a web page"),
        ("<table><tr>", "a web page"),
        ('<?xml version="1.0"?><Workbook>', "XML"),
        ("<people>", "XML"),
        ('{"email": "a@x.com"}', "JSON"),
        ('[\n  {"email": 1}]', "JSON"),
        ('["email"]', "JSON"),
        ("{\\rtf1\\ansi", "an RTF document"),
        ("BEGIN:VCARD\r\nVERSION:3.0", "vCards"),
        ("INSERT INTO people VALUES", "an SQL script"),
        ("-- PostgreSQL dump", "an SQL script"),
        ("-----BEGIN PGP MESSAGE-----", "an encrypted message"),
    ],
)
def test_the_format_of_other_texts_is_named(text: str, words: str) -> None:
    with pytest.raises(FileError, match=words) as caught:
        check_text(text)
    assert caught.value.code == "not_csv"


@pytest.mark.parametrize(
    "text",
    ["", "email", "[Email];[Name]", "{email},{name}", "<,email", "ID;Phone;email", "PAR1;PAR2",
     "begin;email", "-email,name", "createdat,email", "'email'", '"email"'],
)  # fmt: skip
def test_headers_that_resemble_another_format_are_accepted(text: str) -> None:
    check_text(text)
    check_bytes(text.encode())


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("xl/workbook.xml", r"an incomplete Excel workbook\. Send the whole workbook"),
        ("word/document.xml", "a Word document"),
        ("content.xml", "an OpenDocument file"),
        ("Index/Document.iwa", "a Numbers or Pages document"),
    ],
)
def test_the_format_of_a_document_in_an_archive_is_named(name: str, words: str) -> None:
    with pytest.raises(FileError, match=words):
        check_archive(["[Content_Types].xml", name])


def test_an_archive_of_a_csv_file_is_accepted() -> None:
    check_archive(["people/excel.csv", "content.xml.csv", "__MACOSX/._people.csv"])

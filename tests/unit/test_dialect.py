"""What the beginning of a file tells."""

import pytest

from tasks.pipeline.codes import FileError
from tasks.pipeline.dialect import Dialect, sniff


@pytest.mark.parametrize(
    ("head", "dialect"),
    [
        (b"email,name\na@x.com,A\n", Dialect("utf-8", ",")),
        (b"email;name\na@x.com;A\n", Dialect("utf-8", ";")),
        (b"\xef\xbb\xbfemail;name\n", Dialect("utf-8-sig", ";")),
        (b"\r\n\nemail\n", Dialect("utf-8", ",")),
        (b'"last, first";email\n', Dialect("utf-8", ";")),
        (b"email;a,b,c,d\n", Dialect("utf-8", ";")),
        (b"what;ever\n", Dialect("utf-8", ";")),
    ],
)
def test_dialect_is_told_by_the_header(head: bytes, dialect: Dialect) -> None:
    assert sniff(head) == dialect


@pytest.mark.parametrize(
    ("head", "code"),
    [
        (b"", "empty_file"),
        (b"\n \r\n", "missing_header"),
        (b"\xef\xbb\xbf", "missing_header"),
        (b"PK\x03\x04rest", "not_csv"),
        (b"\xd0\xcf\x11\xe0rest", "not_csv"),
        (b"%PDF-1.7", "not_csv"),
        (b"\x1f\x8b\x08", "not_csv"),
        (b"\n <!doctype html>", "not_csv"),
        (b'[{"email": 1}]', "not_csv"),
        (b'\xef\xbb\xbf{"email": 1}', "not_csv"),
        ("email,name".encode("utf-16"), "undecodable"),
        ("e-mail,prénom".encode("latin-1"), "undecodable"),
    ],
)
def test_what_is_not_csv_in_utf8_is_refused(head: bytes, code: str) -> None:
    with pytest.raises(FileError) as caught:
        sniff(head)
    assert caught.value.code == code


def test_the_mark_is_left_out_of_the_text() -> None:
    assert Dialect("utf-8-sig", ",").bom_size == 3
    assert Dialect("utf-8", ",").bom_size == 0

"""What the beginning of a file tells."""

import pytest

from tasks.codes import FileError
from tasks.reading.dialect import sniff


@pytest.mark.parametrize(
    ("head", "delimiter"),
    [
        (b"email,name\na@x.com,A\n", ","),
        (b"email;name\na@x.com;A\n", ";"),
        (b"email\tname\na@x.com\tA\n", "\t"),
        (b"email|name\na@x.com|A\n", "|"),
        (b"\xef\xbb\xbfemail;name\n", ";"),
        (b"\r\n\nemail\n", ","),
        (b"\t\t\n,,;\nemail\tname\n", "\t"),
        (b";;;\r\nemail\r\n", ","),
        (b'"",""\n\x0c\n\xc2\xa0\nNome;email\n', ";"),
        (b'"Quem\nindicou";email\n', ";"),
        (b'"\n,,,\nNome";email\n', ";"),
        (b'email;"name\na@x.com;A,B\n', ";"),
        (b'"e"mail;"name"\n', ";"),
        (b'"last, first";email\n', ";"),
        (b"email;a,b,c,d\n", ";"),
        (b"what;ever\n", ";"),
        (b"what;ever\rand,so,on\r", ";"),
        (b"a\x0cb;c\n", ";"),
        ("a\u2028,b;email\n".encode(), ";"),
    ],
)
def test_the_delimiter_is_told_by_the_header(head: bytes, delimiter: str) -> None:
    assert sniff(head, encoding="utf-8").delimiter == delimiter


def test_headers_that_were_named_count_as_known() -> None:
    head = b"Mail;a,b,c\n"
    assert sniff(head, encoding="utf-8").delimiter == ","
    assert sniff(head, encoding="utf-8", columns={" mail": "email"}).delimiter == ";"


@pytest.mark.parametrize("line", ["sep=;", '"sep=;"', "SEP=;;;;", "sep=; "])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_the_line_of_excel_says_it_and_is_no_header(mark: str, line: str, end: str) -> None:
    dialect = sniff(f"{mark}{line}{end}email,name\n".encode(), encoding="utf-8")
    assert dialect.delimiter == ";"
    assert (dialect.bom, dialect.sep_line) == (mark.encode(), f"{line}{end}".encode())


def test_what_was_asked_for_beats_it() -> None:
    dialect = sniff(b"sep=;\nemail,name\n", encoding="utf-8", delimiter="|")
    assert (dialect.delimiter, dialect.sep_line) == ("|", b"sep=;\n")


@pytest.mark.parametrize("line", [b"sep", b"sep=", b"sep=x", b"sep=;,", b"separator=;", b" sep=;"])
def test_another_line_is_none(line: bytes) -> None:
    assert sniff(line + b"\n", encoding="utf-8").sep_line == b""


def test_a_file_without_a_byte_is_refused() -> None:
    with pytest.raises(FileError) as caught:
        sniff(b"", encoding="utf-8")
    assert caught.value.code == "empty_file"

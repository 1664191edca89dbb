"""Detection of the dialect at the beginning of a file."""

import pytest

from tasks.codes import FileError
from tasks.reading.dialect import sniff
from tasks.reading.header_rules import HeaderRules


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
def test_the_header_decides_the_delimiter(head: bytes, delimiter: str) -> None:
    assert sniff(head, encoding="utf-8").delimiter == delimiter


def test_headers_in_the_option_columns_count_as_known() -> None:
    head = b"Kontakt;a,b,c\n"
    assert sniff(head, encoding="utf-8").delimiter == ","
    assert (
        sniff(head, encoding="utf-8", rules=HeaderRules(columns={" kontakt": "email"})).delimiter
        == ";"
    )


@pytest.mark.parametrize("line", ["sep=;", '"sep=;"', "SEP=;;;;", "sep=; "])
@pytest.mark.parametrize("line_ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
def test_a_sep_line_decides_the_delimiter_and_is_no_header(
    bom: str, line: str, line_ending: str
) -> None:
    dialect = sniff(f"{bom}{line}{line_ending}email,name\n".encode(), encoding="utf-8")
    assert dialect.delimiter == ";"
    assert (dialect.bom, dialect.sep_line) == (bom.encode(), f"{line}{line_ending}".encode())


def test_a_requested_delimiter_overrides_the_sep_line() -> None:
    dialect = sniff(b"sep=;\nemail,name\n", encoding="utf-8", delimiter="|")
    assert (dialect.delimiter, dialect.sep_line) == ("|", b"sep=;\n")


@pytest.mark.parametrize("line", [b"sep", b"sep=", b"sep=x", b"sep=;,", b"separator=;", b" sep=;"])
def test_similar_lines_are_no_sep_lines(line: bytes) -> None:
    assert sniff(line + b"\n", encoding="utf-8").sep_line == b""


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(FileError) as caught:
        sniff(b"", encoding="utf-8")
    assert caught.value.code == "empty_file"

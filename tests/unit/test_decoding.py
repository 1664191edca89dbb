"""Detection of the encoding of a file."""

import codecs

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tasks.codes import FileError
from tasks.reading.decoding import ONE_BYTE, SEVERAL_BYTES, Utf8Check, canonical, detect

BOMS = [
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
]


@pytest.mark.parametrize(
    ("name", "spelled"),
    [
        ("utf-8", "utf-8"),
        ("UTF8", "utf-8"),
        ("utf_8_sig", "utf-8"),
        (" Windows-1252 ", "windows-1252"),
        ("cp1252", "windows-1252"),
        ("1252", "windows-1252"),
        ("latin1", "iso-8859-1"),
        ("ISO 8859-15", "iso-8859-15"),
        ("utf16", "utf-16"),
        ("UTF-16LE", "utf-16-le"),
        ("shift-jis", "shift_jis"),
        ("cp850", "ibm850"),
        ("mac_roman", "macintosh"),
        ("ascii", "us-ascii"),
        *((name, name) for name in (*ONE_BYTE, *SEVERAL_BYTES)),
    ],
)
def test_an_encoding_has_one_spelling(name: str, spelled: str) -> None:
    assert canonical(name) == spelled
    assert codecs.lookup(spelled)


@pytest.mark.parametrize(
    "name",
    ["", "utf-9", "klingon", "base64", "rot13", "zlib", "idna", "utf-7", "cp037", "hz",
     "iso-2022-jp", "os", "../x", "utf-8\0", "ütf-8", "raw_unicode_escape", "mbcs", "8" * 10_000],
)  # fmt: skip
def test_an_unsupported_encoding_has_no_spelling(name: str) -> None:
    assert canonical(name) is None


@pytest.mark.parametrize(("bom", "encoding"), BOMS)
def test_a_byte_order_mark_decides(bom: bytes, encoding: str) -> None:
    assert detect(bom + b"e\0", is_utf8=False) == encoding
    assert detect(bom + b"e\0", is_utf8=True) == encoding


@pytest.mark.parametrize(("bom", "encoding"), BOMS)
def test_a_requested_encoding_may_not_contradict_the_byte_order_mark(
    bom: bytes, encoding: str
) -> None:
    plain = encoding.removesuffix("-sig")
    compatible = {plain, plain.removesuffix("-le").removesuffix("-be")}
    for requested in (*SEVERAL_BYTES, *ONE_BYTE):
        if requested in compatible:
            assert detect(bom, is_utf8=False, requested=requested) == encoding
        else:
            with pytest.raises(FileError, match=f"{requested}, but .* {encoding}") as caught:
                detect(bom, is_utf8=False, requested=requested)
            assert caught.value.code == "undecodable"


@pytest.mark.parametrize(
    ("requested", "is_utf8", "encoding"),
    [
        (None, True, "utf-8"),
        (None, False, None),
        ("iso-8859-2", True, "iso-8859-2"),
        ("utf-8", False, "utf-8"),
        ("utf-16", False, "utf-16-le"),
        ("utf-32", False, "utf-32-le"),
        ("utf-16-be", False, "utf-16-be"),
    ],
)
def test_without_a_byte_order_mark_a_requested_encoding_decides(
    requested: str | None, encoding: str | None, *, is_utf8: bool
) -> None:
    assert detect(b"email", is_utf8=is_utf8, requested=requested) == encoding


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize(
    "text",
    [
        "email,name\n",
        "email\tname\r\nann@x.com\t表 健一\r\n",
        "почта@пример.рф,Имя;e\n",
        "氏名;メールアドレス\r\n" + "佐藤 さくら;sakura@x.com\r\n" * 9,
        "name\rann\r",
    ],
)
def test_zeros_show_utf16_and_utf32_without_a_byte_order_mark(text: str, encoding: str) -> None:
    assert detect(text.encode(encoding), is_utf8=True) == encoding
    assert detect(text.encode(encoding), is_utf8=False) == encoding


@pytest.mark.parametrize(
    "data",
    [
        b"email,na\0me\n",
        bytes(101),
        b"email,name\n" + b"a\0b\0c\0@\0" * 99,
        b"email\n" + bytes(99),
        b"a,b,c,\r\n" + b"\0,\0,\0\r\n" * 9,
    ],
)
def test_other_zeros_are_data(data: bytes) -> None:
    assert detect(data, is_utf8=True) == "utf-8"


@given(
    st.lists(
        st.one_of(st.binary(max_size=9), st.text(max_size=9).map(str.encode), st.just(b"plain"))
    )
)
@example([b"\xc3", b"plain", b"\xa9"])
def test_utf8_is_checked_across_pieces(pieces: list[bytes]) -> None:
    """Fails when ASCII is skipped while a character of the previous piece is incomplete."""
    check = Utf8Check()
    for piece in pieces:
        check.feed(piece)
    try:
        b"".join(pieces).decode()
    except UnicodeDecodeError:
        assert not check.finish()
    else:
        assert check.finish()


def test_a_character_may_be_split_anywhere() -> None:
    check = Utf8Check()
    for byte in "a\u20ac\U0001f600z".encode():
        check.feed(bytes([byte]))
    assert check.finish()

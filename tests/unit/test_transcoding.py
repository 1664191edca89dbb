"""Conversion of any encoding to UTF-8, and back."""

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.reading.decoding import ONE_BYTE, SEVERAL_BYTES
from tasks.reading.transcoding import as_utf8, encoded, is_decodable, line_errors, printable

NAMED = [name for name in SEVERAL_BYTES if name not in ("utf-16", "utf-32")]
AMBIGUOUS = {"cp932", "big5", "big5-hkscs"}
"""Encodings with two ways to write some characters. Only one of the two comes back."""


def text_of(data: bytes, encoding: str, *, at_once: int = 7) -> str:
    """Return the text of a record with these bytes, read in small pieces."""
    stream = as_utf8(BytesIO(data), encoding)
    raw = b"".join(iter(lambda: stream.read(at_once), b""))
    return raw.decode("utf-8", line_errors(encoding))


@given(
    st.sampled_from([*ONE_BYTE, *(name for name in NAMED if name not in AMBIGUOUS)]),
    st.one_of(st.binary(max_size=60), st.text(max_size=30).map(lambda text: text.encode("utf-16"))),
    st.integers(1, 9),
)
def test_any_bytes_come_back(encoding: str, data: bytes, at_once: int) -> None:
    """Fails when an undecodable byte becomes U+FFFD, or the decoder never sees the end of file."""
    text = text_of(data, encoding, at_once=at_once)
    assert encoded(text, encoding) == data


@given(st.sampled_from([*ONE_BYTE, *NAMED]), st.binary(max_size=60))
def test_decodable_bytes_are_decoded_as_by_python(encoding: str, data: bytes) -> None:
    """Fails when the table of a single-byte encoding has a wrong character."""
    text = text_of(data, encoding)
    assert encoded(text, encoding).decode(encoding, "replace") == data.decode(encoding, "replace")
    try:
        expected = data.decode(encoding)
    except UnicodeDecodeError:
        assert not is_decodable(text)
    else:
        assert is_decodable(text)
        assert text == expected


@pytest.mark.parametrize(
    ("encoding", "data", "expected"),
    [
        ("windows-1252", b"a\x81\x8d\xe9\n", r"a\x81\x8dé" + "\n"),
        ("utf-8", b"a\xe9\xff", r"a\xe9\xff"),
        ("utf-8", b"\xed\xb2\x81", r"\xed\xb2\x81"),
        ("utf-16-le", b"a\0\x00\xd8b\0", r"a\x00\xd8b"),
        ("utf-16-le", b"a\0b", r"a\x62"),
        ("us-ascii", "é".encode(), r"\xc3\xa9"),
        ("shift_jis", b"\x83\x5c\x81", r"ソ\x81"),
    ],
)
def test_an_undecodable_byte_is_shown_as_its_number(
    encoding: str, data: bytes, expected: str
) -> None:
    text = text_of(data, encoding)
    assert not is_decodable(text)
    assert printable(text) == expected
    assert encoded(text, encoding) == data


def test_utf8_is_passed_through() -> None:
    stream = BytesIO(b"x")
    assert as_utf8(stream, "utf-8") is stream
    assert as_utf8(stream, "utf-8-sig") is stream

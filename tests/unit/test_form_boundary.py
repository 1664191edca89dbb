"""Boundaries of forms: only a line of its own ends a part."""

from io import BytesIO

import pytest

from core.http.form_boundary import RenamedBoundary, boundary_of

PART = b"--XYZ\r\nContent-Disposition: form-data; name=file; filename=a.csv\r\n\r\n"


class Chunks(BytesIO):
    """A stream that returns few bytes at a time, as a socket may do."""

    def __init__(self, data: bytes, size: int) -> None:
        super().__init__(data)
        self._size = size

    def read(self, size: int | None = -1) -> bytes:
        return super().read(self._size)


def renamed(data: bytes, size: int = 1 << 20) -> bytes:
    """Return the form as Django reads it, with its boundary named NEW."""
    form = RenamedBoundary(Chunks(data, size), b"XYZ")
    new = form.content_type.partition("boundary=")[2].encode()
    return b"".join(iter(lambda: form.read(100), b"")).replace(new, b"NEW")


@pytest.mark.parametrize("size", [1, 7, 90, 4096])
@pytest.mark.parametrize(
    "content",
    [
        b"email,name\na@x.com,--XYZ\nb@x.com,--XYZ--\n",
        b"--XYZ,--XYZ--",
        b"a\n--XYZ\r\nb",
        b"a\n--XYZ--\r\n",
        b"a\r--XYZ\r\n",
        b"a\r\n--XYZ1\r\nb",
        b"a\r\n--XYZ-\r\nb",
        b"a\r\n--XYZ--b\r\nc",
        b"a\r\n--XYZ b\r\nc",
        b"a\r\n--XYZ\nb",
        b"a\r\n --XYZ\r\nb",
        b"a\r\n-XYZ\r\nb\r\n--xyz\r\n",
        b"a\r\n--XYZ" + b" " * 65 + b"\r\nb",
        b"\r\n\r\n",
        b"x" * 5000,
    ],
)
def test_the_boundary_inside_a_line_is_content(content: bytes, size: int) -> None:
    part = PART.replace(b"--XYZ", b"--NEW")
    assert renamed(PART + content + b"\r\n--XYZ--\r\n", size) == (
        b"\r\n" + part + content + b"\r\n--NEW--\r\n"
    )


@pytest.mark.parametrize("size", [1, 7, 90, 4096])
@pytest.mark.parametrize("padding", [b"", b" ", b"\t " * 32])
@pytest.mark.parametrize("end", [b"\r\n", b"", b"\r\nepilogue\r\n--XYZ\r\n"])
def test_a_boundary_may_have_blanks_behind_it(padding: bytes, end: bytes, size: int) -> None:
    form = b"--XYZ%b\r\na\r\n\r\nb\r\n--XYZ%b\r\n\r\n--XYZ--%b%b" % (padding, padding, padding, end)
    expected = b"\r\n--NEW\r\na\r\n\r\nb\r\n--NEW\r\n\r\n--NEW--" + end
    assert renamed(form, size) == expected


@pytest.mark.parametrize("end", [b"", b"\r\n--XYZ", b"\r\n--XYZ-", b"\r\n--XYZ\r", b"\r\n"])
def test_a_form_without_its_last_boundary_stays_without_it(end: bytes) -> None:
    assert b"--NEW--" not in renamed(PART + b"a" + end)
    assert renamed(PART + b"a" + end).endswith(b"a" + end)


def test_the_whole_stream_is_read() -> None:
    """Fails when the rest of a request is taken for the next request of the connection."""
    stream = BytesIO(PART + b"a\r\n--XYZ--\r\n" + b"x" * 100_000)
    form = RenamedBoundary(stream, b"XYZ")
    while form.read(1000):
        pass
    assert stream.read() == b""


@pytest.mark.parametrize(
    ("content_type", "boundary"),
    [
        ("multipart/form-data; boundary=b", b"b"),
        ('multipart/form-data; boundary="a b"; x=y', b"a b"),
        ("multipart/form-data", None),
        ("multipart/form-data; boundary=", None),
        ('multipart/form-data; boundary="b "', None),
        ("multipart/form-data; boundary=\xe9", None),
    ],
)
def test_the_boundary_is_the_one_that_django_reads(
    content_type: str, boundary: bytes | None
) -> None:
    assert boundary_of(content_type) == boundary

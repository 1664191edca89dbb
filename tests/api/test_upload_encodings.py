"""POST imports/: files in common encodings and dialects."""

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from tasks.models import ImportJob
from tests.imports import outcome
from users_uc.models import User

Imported = Callable[[APIClient, str | bytes], ImportJob]
TEXT = "Nome;E-Mail\r\nJosé;jose@x.com\r\nZoë;zoe@x.com\r\n"
LATE = "email,name\n" + "ann@x.com,Ann\n" * 100_000 + "jose@x.com,José\n"


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (TEXT.encode("utf-8-sig"), "utf-8-sig"),
        (TEXT.encode("utf-16"), "utf-16-le"),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "utf-16-be"),
        (TEXT.encode("utf-16-le"), "utf-16-le"),
        (TEXT.encode("utf-16-be"), "utf-16-be"),
        (TEXT.encode("utf-32-le"), "utf-32-le"),
        (TEXT.encode("windows-1252"), "windows-1252"),
        (("sep=;\r\n" + TEXT).encode("utf-16"), "utf-16-le"),
        (TEXT.replace("\r\n", "\r").encode("windows-1252"), "windows-1252"),
    ],
    ids=range(10),
)
def test_the_encoding_and_the_delimiter_are_detected(
    as_bob: APIClient, imported: Imported, content: bytes, encoding: str
) -> None:
    job = imported(as_bob, content)
    assert (job.encoding, job.delimiter) == (encoding, ";")
    assert outcome(job) == {"rows": 2, "created": 2}
    assert User.objects.get(email="jose@x.com").name == "José"
    assert User.objects.get(email="zoe@x.com").name == "Zoë"


@pytest.mark.parametrize("encoding", ["utf-8", "windows-1252"])
def test_the_encoding_is_detected_in_the_whole_file(
    as_bob: APIClient, imported: Imported, encoding: str
) -> None:
    """Fails if only a sample is read: all lines but the last are ASCII."""
    job = imported(as_bob, LATE.encode(encoding))
    assert job.encoding == encoding
    assert User.objects.get(email="jose@x.com").name == "José"


@pytest.mark.parametrize(
    ("content", "row"),
    [
        ("email,name\r\nbad,José\r\n".encode("windows-1252"), b"bad,Jos\xe9,2,email"),
        (b"email,name\rann@x.com,\x81\r", b"ann@x.com,\x81,2,,undecodable"),
        ("\ufeffsep=;\r\nemail;name\r\nbad;José\r\n".encode(), "bad;José;3;email".encode()),
        (
            b"\xff\xfe" + "email\tname\nbad\tJosé\n".encode("utf-16-le"),
            "bad\tJosé\t2\temail".encode("utf-16-le"),
        ),
        (b"email,name,,\nbad,Ann\n", b"bad,Ann,2,email"),
    ],
    ids=["windows-1252", "undecodable", "sep", "utf-16", "padded"],
)
def test_failed_rows_have_the_encoding_and_the_dialect_of_the_upload(
    as_bob: APIClient, imported: Imported, content: bytes, row: bytes
) -> None:
    job = imported(as_bob, content)
    answer = as_bob.get(f"/api/v1/imports/{job.id}/rejected-rows.csv").getvalue()
    beginning = content.decode(job.encoding, "ignore").partition("name")[0]
    assert answer.startswith(beginning.encode(job.encoding))
    assert row in answer
    again = imported(as_bob, answer)
    assert (again.encoding, again.delimiter) == (job.encoding, job.delimiter)
    assert again.rejections == job.rejections


@pytest.mark.parametrize(
    ("content", "encoding", "name"),
    [
        ("Email;Name\r\nann@x.com;Łukasz Żółć\r\n", "windows-1250", "Łukasz Żółć"),
        ("email,name\r\nann@x.com,表ソ能\r\nb@x.com,Bob\r\n", "shift_jis", "表ソ能"),
        ('email,name\r\nann@x.com,"ポール|,十"\r\n', "shift_jis", "ポール|,十"),
        ("name,email\r\n佐藤 さくら,ann@x.com\r\n", "euc-jp", "佐藤 さくら"),
        ("Nome;E-mail\r\nИван Щербаков;ann@x.com\r\n", "windows-1251", "Иван Щербаков"),  # noqa: RUF001
    ],
    ids=range(5),
)
def test_files_of_other_languages_are_read_as_they_were_written(
    as_bob: APIClient, imported: Imported, content: str, encoding: str, name: str
) -> None:
    """Fails if a `|` that is the second byte of a character in Shift_JIS shifts a row."""
    job = imported(as_bob, content.encode(encoding))
    assert job.encoding == encoding
    assert job.failed == 0
    assert User.objects.get(email="ann@x.com").name == name

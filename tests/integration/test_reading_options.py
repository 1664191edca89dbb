"""Upload options that set the encoding, the delimiter or the columns of a file."""

from typing import Any

import pytest

from tasks.intake.incoming import IncomingFile
from tasks.intake.refused import ImportRefused
from tasks.intake.store import store
from tasks.models import ImportJob
from tasks.options import Options
from users_uc.models import User

pytestmark = pytest.mark.django_db


def stored_job(content: bytes, owner: User, **options: Any) -> ImportJob:
    """Return the job of an upload with these options."""
    with IncomingFile("people.csv", "text/csv") as upload:
        upload.write(content)
        return store(upload, options=Options(**options), owner=owner).job


def test_options_take_precedence_over_detection(bob: User) -> None:
    content = "Mail,a|Name,b\nann@x.com|Ż\n".encode("iso-8859-2")
    job = stored_job(
        content, bob, encoding="iso-8859-2", delimiter="|", columns={"mail,a": "email"}
    )  # fmt: skip
    assert (job.encoding, job.delimiter, job.has_secrets) == ("iso-8859-2", "|", False)
    assert job.ignored_columns == ["Name,b"]


def test_a_file_with_passwords_has_secrets(bob: User) -> None:
    assert stored_job(b"email,senha\n", bob).has_secrets


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        ({"encoding": "utf-16-le"}, "missing_email_column", r"had the file read as utf-16-le\."),
        ({"delimiter": "\t"}, "missing_email_column", "had the file read with the delimiter tab"),
        (
            {"encoding": "us-ascii", "delimiter": ";"},
            "undecodable",
            "had the file read as us-ascii with the delimiter ;",
        ),
        ({"columns": {"x": "name"}}, "unknown_column", r"columns are: email, náme\.$"),
    ],
)
def test_an_option_that_contradicts_the_file_is_named(
    bob: User, options: dict[str, str], code: str, message: str
) -> None:
    content = "email,náme\n".encode()
    with pytest.raises(ImportRefused, match=message) as raised:
        stored_job(content, bob, **options)
    assert raised.value.code == code


def test_a_bom_that_contradicts_the_encoding_option_is_named(bob: User) -> None:
    with pytest.raises(ImportRefused, match=r"says iso-8859-1, but .* utf-8-sig"):
        stored_job(b"\xef\xbb\xbfemail\n", bob, encoding="iso-8859-1")


def test_utf16_without_a_bom_can_be_requested(bob: User) -> None:
    job = stored_job("email\n".encode("utf-16-be"), bob, encoding="utf-16-be")
    assert job.encoding == "utf-16-be"

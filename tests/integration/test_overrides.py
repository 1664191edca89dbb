"""Options that say how a file is to be read."""

from typing import Any

import pytest

from tasks.intake.incoming import IncomingFile
from tasks.intake.refused import ImportRefused
from tasks.intake.store import store
from tasks.models import ImportJob
from tasks.options import Options
from users_uc.models import User

pytestmark = pytest.mark.django_db


def stored(content: bytes, owner: User, **options: Any) -> ImportJob:
    """The job of an upload with these options."""
    with IncomingFile("people.csv", "text/csv") as upload:
        upload.write(content)
        return store(upload, options=Options(**options), owner=owner).job


def test_what_was_asked_beats_what_would_be_detected(bob: User) -> None:
    content = "Mail,a|Name,b\nann@x.com|Ż\n".encode("iso-8859-2")
    job = stored(
        content, bob, encoding="iso-8859-2", delimiter="|", columns={"mail,a": "email"}
    )  # fmt: skip
    assert (job.encoding, job.delimiter, job.has_secrets) == ("iso-8859-2", "|", False)
    assert job.ignored_columns == ["Name,b"]


def test_a_file_with_passwords_has_secrets(bob: User) -> None:
    assert stored(b"email,senha\n", bob).has_secrets


@pytest.mark.parametrize(
    ("options", "code", "words"),
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
def test_an_override_that_cannot_be_right_is_named(
    bob: User, options: dict[str, str], code: str, words: str
) -> None:
    content = "email,náme\n".encode()
    with pytest.raises(ImportRefused, match=words) as caught:
        stored(content, bob, **options)
    assert caught.value.code == code


def test_a_mark_that_contradicts_the_option_is_named(bob: User) -> None:
    with pytest.raises(ImportRefused, match=r"says iso-8859-1, but .* utf-8-sig"):
        stored(b"\xef\xbb\xbfemail\n", bob, encoding="iso-8859-1")


def test_utf16_without_a_mark_can_be_asked_for(bob: User) -> None:
    assert stored("email\n".encode("utf-16-be"), bob, encoding="utf-16-be").encoding == "utf-16-be"

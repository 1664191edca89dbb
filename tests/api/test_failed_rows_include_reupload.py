"""A rejected-rows.csv with skipped and unchanged rows that is uploaded again."""

from collections.abc import Callable

import pytest
from pytest_django import Settings
from rest_framework.test import APIClient

from tasks.models import ImportJob
from tests.imports import outcome
from users_uc.models import User

Imported = Callable[..., ImportJob]

pytestmark = pytest.mark.django_db(transaction=True)  # each chunk has its own transaction

CSV = "email,name\nzoe@x.com,Zoë\nbad,Bea\nann@x.com,Old\nnew@x.com,New\nroot@x.com,R\n"


@pytest.fixture
def job(as_bob: APIClient, imported: Imported, settings: Settings) -> ImportJob:
    """Import five rows: one is rejected, one is new, and three have existing users."""
    settings.IMPORT_CHUNK_ROWS = 2
    for email in ("ann@x.com", "zoe@x.com"):
        User.objects.create_user(email, name="Old")
    User.objects.create_superuser("root@x.com", name="Root")
    return imported(as_bob, CSV)


def download(client: APIClient, job: ImportJob, include: str) -> str:
    """Download the file."""
    url = f"/api/v1/imports/{job.id}/rejected-rows.csv"
    text: str = client.get(url, {"include": include}).getvalue().decode()
    return text


def codes(text: str) -> list[tuple[str, str]]:
    """Return the e-mail address and the code of each row."""
    rows = [line.split(",") for line in text.splitlines()[1:]]
    return [(row[0], row[4]) for row in rows]


def test_a_create_skips_the_rows_again(
    as_bob: APIClient, imported: Imported, job: ImportJob
) -> None:
    sent = download(as_bob, job, "skipped").replace("\nbad,", "\nbea@x.com,")
    assert outcome(imported(as_bob, sent)) == {"rows": 4, "created": 1, "skipped": 3}


def test_an_upsert_updates_the_skipped_rows(
    as_bob: APIClient, imported: Imported, job: ImportJob
) -> None:
    assert outcome(job) == {"rows": 5, "created": 1, "skipped": 3, "failed": 1}
    sent = download(as_bob, job, "skipped")
    assert codes(sent) == [
        ("zoe@x.com", "skipped"),
        ("bad", "invalid_email"),
        ("ann@x.com", "skipped"),
        ("root@x.com", "skipped"),
    ]
    again = imported(as_bob, sent.replace("\nbad,", "\nbea@x.com,"), mode="upsert")
    counts = {"rows": 4, "created": 1, "updated": 1, "unchanged": 1, "skipped": 1}
    assert outcome(again) == counts
    names = dict(User.objects.values_list("email", "name"))
    assert names["zoe@x.com"] == "Zoë"
    assert names["bea@x.com"] == "Bea"
    assert names["root@x.com"] == "Root"
    remaining = download(as_bob, again, "skipped,unchanged")
    assert codes(remaining) == [("ann@x.com", "unchanged"), ("root@x.com", "skipped")]
    assert codes(download(as_bob, again, "")) == []


def test_a_dry_run_includes_the_rows_that_it_would_not_write(
    as_bob: APIClient, imported: Imported, job: ImportJob
) -> None:
    tested = imported(as_bob, CSV, mode="upsert", dry_run="true")
    assert codes(download(as_bob, tested, "unchanged,skipped")) == [
        ("bad", "invalid_email"),
        ("ann@x.com", "unchanged"),
        ("new@x.com", "unchanged"),
        ("root@x.com", "skipped"),
    ]
    assert User.objects.get(email="zoe@x.com").name == "Old"

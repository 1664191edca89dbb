"""A failed-rows.csv, mended or not, uploaded again."""

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from tasks.models import ImportJob
from tests.imports import outcome
from users_uc.models import User

Imported = Callable[[APIClient, str | bytes], ImportJob]
SENT = "email,name,shoe\nbad,=1+1,38\nworse,'-x,39\n"


@pytest.fixture
def failed(as_bob: APIClient) -> Callable[[ImportJob], bytes]:
    """The job's failed-rows.csv."""

    def get(job: ImportJob) -> bytes:
        return as_bob.get(f"/api/contacts/task-status/{job.id}/failed-rows.csv").getvalue()

    return get


@pytest.fixture
def mended(
    as_bob: APIClient, imported: Imported, failed: Callable[[ImportJob], bytes]
) -> ImportJob:
    """The import of a failed-rows.csv of which one address was corrected."""
    content = failed(imported(as_bob, SENT))
    return imported(as_bob, content.replace(b"\nbad,", b"\nann@x.com,"))


def test_what_was_mended_is_imported(mended: ImportJob) -> None:
    assert outcome(mended) == {"rows": 2, "created": 1, "failed": 1}
    assert User.objects.get(import_id=mended.id).email == "ann@x.com"


def test_a_quoted_cell_is_what_it_was(mended: ImportJob) -> None:
    assert User.objects.get(import_id=mended.id).name == "=1+1"


def test_the_error_columns_are_not_the_uploaders(mended: ImportJob) -> None:
    assert mended.ignored_columns == ["shoe"]


def test_what_was_not_mended_comes_back_the_same(
    as_bob: APIClient, imported: Imported, failed: Callable[[ImportJob], bytes]
) -> None:
    once = failed(imported(as_bob, SENT))
    assert failed(imported(as_bob, once)) == once

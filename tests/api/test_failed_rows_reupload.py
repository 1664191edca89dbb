"""A rejected-rows.csv that is uploaded again, with and without fixed rows."""

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from tasks.models import ImportJob
from tests.imports import outcome
from users_uc.models import User

Imported = Callable[[APIClient, str | bytes], ImportJob]
SENT = "email,name,shoe\nbad,=1+1,38\nworse,'-x,39\n"


@pytest.fixture
def download(as_bob: APIClient) -> Callable[[ImportJob], bytes]:
    """Return `download(job)`: the job's rejected-rows.csv."""

    def get(job: ImportJob) -> bytes:
        return as_bob.get(f"/api/v1/imports/{job.id}/rejected-rows.csv").getvalue()

    return get


@pytest.fixture
def fixed(
    as_bob: APIClient, imported: Imported, download: Callable[[ImportJob], bytes]
) -> ImportJob:
    """Import a rejected-rows.csv in which one e-mail address was fixed."""
    content = download(imported(as_bob, SENT))
    return imported(as_bob, content.replace(b"\nbad,", b"\nann@x.com,"))


def test_a_fixed_row_is_imported(fixed: ImportJob) -> None:
    assert outcome(fixed) == {"rows": 2, "created": 1, "failed": 1}
    assert User.objects.get(import_id=fixed.id).email == "ann@x.com"


def test_an_escaped_cell_gets_its_value_back(fixed: ImportJob) -> None:
    assert User.objects.get(import_id=fixed.id).name == "=1+1"


def test_the_error_columns_are_not_ignored_columns(fixed: ImportJob) -> None:
    assert fixed.ignored_columns == ["shoe"]


def test_an_unfixed_file_comes_back_unchanged(
    as_bob: APIClient, imported: Imported, download: Callable[[ImportJob], bytes]
) -> None:
    first = download(imported(as_bob, SENT))
    assert download(imported(as_bob, first)) == first

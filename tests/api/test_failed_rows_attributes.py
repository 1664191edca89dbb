"""rejected-rows.csv of files with columns of declared attributes."""

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from tasks.models import ImportJob
from tests.api.test_failed_rows import ERROR_HEADER, INVALID, download
from users_uc.models import Attribute

Imported = Callable[[APIClient, str | bytes], ImportJob]


@pytest.fixture(autouse=True)
def declared(db: None) -> None:
    """Declare an attribute with a header that is known as an external id."""
    Attribute.objects.create(name="badge", type="text", headers=["Employee ID"])


def test_an_attribute_that_decides_the_columns_is_known(
    as_bob: APIClient, imported: Imported
) -> None:
    job = imported(as_bob, "email,Staff ID,Employee ID\nbad,1,2\n")
    header = b"email,Staff ID,Employee ID," + ERROR_HEADER
    assert download(as_bob, job) == header + b"bad,1,2,2," + INVALID


def test_the_empty_cells_of_each_row_displace_nothing(
    as_bob: APIClient, imported: Imported
) -> None:
    job = imported(as_bob, "email,badge\na@x.com,1,\nbad,2,\n")
    assert download(as_bob, job) == b"email,badge," + ERROR_HEADER + b"bad,2,3," + INVALID


def test_a_row_of_labels_stays_no_row(as_bob: APIClient, imported: Imported) -> None:
    job = imported(as_bob, "email,Employee ID\nE-mail,Number\nbad,2\n")
    assert download(as_bob, job) == b"email,Employee ID," + ERROR_HEADER + b"bad,2,3," + INVALID


def test_a_changed_declaration_does_not_matter(as_bob: APIClient, imported: Imported) -> None:
    job = imported(as_bob, "email,Staff ID,Employee ID\nbad,1,2\n")
    before = download(as_bob, job)
    Attribute.objects.all().delete()
    assert download(as_bob, job) == before
    Attribute.objects.create(name="one", type="text", headers=["Employee ID"])
    Attribute.objects.create(name="two", type="text", headers=["Employee ID"])
    assert download(as_bob, job) == before


def test_a_job_of_an_earlier_version_has_no_stored_columns(
    as_bob: APIClient, imported: Imported
) -> None:
    job = imported(as_bob, "email,name\nE-mail,Name\nbad,Ann\n")
    ImportJob.objects.update(imported_columns=None)
    assert download(as_bob, job) == b"email,name," + ERROR_HEADER + b"bad,Ann,3," + INVALID

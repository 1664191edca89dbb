"""A store that does not answer: requests get a 503, and a plan ends as one that may be repeated."""

from collections.abc import Callable
from uuid import uuid4

import polars as pl
import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings
from rest_framework.test import APIClient

from core.storage.base import StorageAwayError, file_storage
from core.storage.object_writer import ObjectWriter
from tasks import files
from tasks.models import ImportJob
from tests.api.answers import assert_error
from tests.store import Store


@pytest.fixture(autouse=True)
def _away(settings: Settings, closed_port: int) -> None:
    store = Store(f"http://127.0.0.1:{closed_port}", "secret")
    settings.STORAGES = settings.STORAGES | store.settings("files")


def test_an_upload_is_answered_with_503(
    as_bob: APIClient, csv_file: Callable[..., SimpleUploadedFile]
) -> None:
    body = {"file": csv_file("email\nann@x.com\n")}
    answer = as_bob.post("/api/v1/imports/", body, format="multipart")
    assert_error(answer, 503, "unavailable")
    assert not ImportJob.objects.exists()


@pytest.mark.django_db
def test_readiness_names_the_storage(anonymous: APIClient) -> None:
    answer = anonymous.get("/healthz/ready")
    assert answer.status_code == 503
    assert answer.json()["failing"] == {"storage": "StorageAwayError"}


def test_a_plan_does_not_wait_for_the_store_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second wait, for the removal of its files, would spend an attempt."""
    removed: list[str] = []
    monkeypatch.setattr(files, "remove_tree", removed.append)
    with pytest.raises(StorageAwayError), files.new_plan(uuid4()) as prefix:
        files.write_chunk(prefix, pl.DataFrame({"email": ["ann@x.com"]}))
    assert removed == []
    with pytest.raises(KeyError), files.new_plan(uuid4()) as prefix:
        raise KeyError(prefix)
    assert removed == [prefix]


def test_a_stored_file_does_not_wait_for_the_store_again(monkeypatch: pytest.MonkeyPatch) -> None:
    aborted: list[ObjectWriter] = []
    monkeypatch.setattr(ObjectWriter, "abort", aborted.append)
    with pytest.raises(StorageAwayError):
        file_storage().save("imports/a/sheet.csv", ContentFile(bytes(9_000_000)))
    assert aborted == []

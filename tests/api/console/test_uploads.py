"""The upload that resumes, and the deletion of expired uploads."""

import fcntl
import hashlib
import io
import os
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from console import tasks, uploads
from console.models import Upload
from tests.api.console.browsers import browser_of
from tests.api.console.client import CSV, TUS, UPLOADS, create, offset_of, send, send_stream
from tests.api.console.uploads import path_of
from users_uc.models import User

pytestmark = pytest.mark.django_db


def test_a_new_upload_has_a_url_and_no_bytes(browser: Client, bob: User) -> None:
    answer = create(browser, 5, "Alunos ção.csv")
    upload = Upload.objects.get()
    assert answer.status_code == 201
    assert answer["Location"] == reverse("console-upload-data", args=[upload.pk])
    assert answer["Tus-Resumable"] == "1.0.0"
    assert answer["Upload-Expires"].endswith("GMT")
    assert (upload.owner, upload.file_name, upload.size) == (bob, "Alunos ção.csv", 5)
    assert (upload.received, upload.is_complete) == (0, False)


def test_a_file_in_two_parts_is_complete_with_the_last(browser: Client, url: str) -> None:
    assert send(browser, url, 0, CSV[:10])["Upload-Offset"] == "10"
    assert offset_of(browser, url) == 10
    assert not Upload.objects.get().is_complete
    assert send(browser, url, 10, CSV[10:]).status_code == 204
    upload = Upload.objects.get()
    assert path_of(upload).read_bytes() == CSV
    assert upload.sha256 == hashlib.sha256(CSV).hexdigest()
    assert upload.is_utf8
    head = browser.head(url, headers=TUS)
    assert head["Upload-Offset"] == head["Upload-Length"] == str(len(CSV))
    assert head["Cache-Control"] == "no-store"
    assert send(browser, url, len(CSV), b"").status_code == 204


@pytest.mark.parametrize(
    ("content", "is_utf8"),
    [("ção\n".encode() * 300_000, True), ("ção\n".encode("latin-1") * 300_000, False)],
)
def test_the_whole_file_is_hashed_and_checked_for_utf8(
    browser: Client, content: bytes, *, is_utf8: bool
) -> None:
    url = create(browser, len(content))["Location"]
    middle = 3 * (len(content) // 6) + 2  # inside a character
    send(browser, url, 0, content[:middle])
    send(browser, url, middle, content[middle:])
    upload = Upload.objects.get()
    assert upload.sha256 == hashlib.sha256(content).hexdigest()
    assert upload.is_utf8 is is_utf8


@pytest.mark.parametrize("offset", [0, 9, 11])
def test_a_part_at_another_offset_is_a_conflict(browser: Client, url: str, offset: int) -> None:
    send(browser, url, 0, CSV[:10])
    answer = send(browser, url, offset, b"x")
    assert answer.status_code == 409
    assert answer.json()["error"]["code"] == "offset_conflict"
    assert path_of(Upload.objects.get()).read_bytes() == CSV[:10]


def test_one_request_writes_at_a_time(browser: Client, url: str) -> None:
    send(browser, url, 0, CSV[:10])
    with path_of(Upload.objects.get()).open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert send(browser, url, 10, CSV[10:]).status_code == 423
    assert offset_of(browser, url) == 10
    assert send(browser, url, 10, CSV[10:]).status_code == 204


def test_a_second_writer_cannot_move_the_offset_back(
    browser: Client, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file system without locks would let two requests write."""
    monkeypatch.setattr(fcntl, "flock", lambda file, operation: None)

    class Overtaken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            block = super().read(size)
            if block:
                send(browser, url, 0, CSV)
            return block

    with pytest.raises(uploads.OffsetConflict):
        uploads.append(Upload.objects.get(), 0, Overtaken(CSV[:10]))
    assert offset_of(browser, url) == len(CSV)
    assert path_of(Upload.objects.get()).read_bytes() == CSV


def test_bytes_that_the_disk_has_lost_are_sent_again(browser: Client, url: str) -> None:
    """The file is older than the row after a backup of both."""
    send(browser, url, 0, CSV[:10])
    os.truncate(path_of(Upload.objects.get()), 4)
    assert send(browser, url, 10, CSV[10:]).status_code == 409
    assert offset_of(browser, url) == 4
    assert send(browser, url, 4, CSV[4:]).status_code == 204
    assert path_of(Upload.objects.get()).read_bytes() == CSV


class BreaksOff(io.BytesIO):
    """A body whose connection breaks after its bytes."""

    def read(self, size: int | None = -1) -> bytes:
        if block := super().read(size):
            return block
        raise OSError("the connection is lost")


def test_the_bytes_of_a_body_that_breaks_off_are_kept(browser: Client, url: str) -> None:
    answer = send_stream(browser, url, BreaksOff(CSV[:12]), len(CSV))
    assert answer.status_code == 408
    assert offset_of(browser, url) == 12
    assert send(browser, url, 12, CSV[12:]).status_code == 204
    assert Upload.objects.get().sha256 == hashlib.sha256(CSV).hexdigest()


def test_a_body_that_ends_early_moves_the_offset_by_its_bytes(browser: Client, url: str) -> None:
    answer = send_stream(browser, url, io.BytesIO(CSV[:12]), len(CSV))
    assert (answer.status_code, answer["Upload-Offset"]) == (204, "12")


def test_bytes_on_a_full_disk_are_kept(
    browser: Client, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[int] = []
    pwrite = os.pwrite

    def fill(file: int, data: memoryview, position: int) -> int:
        if written:
            raise OSError(28, "No space left on device")
        written.append(pwrite(file, data[:7], position))
        return written[0]

    monkeypatch.setattr(os, "pwrite", fill)
    assert send(browser, url, 0, CSV).status_code == 503
    assert offset_of(browser, url) == 7


@pytest.mark.parametrize("metadata", ["", "filename", "type dGV4dA==,relativePath"])
def test_a_file_needs_no_name(browser: Client, metadata: str) -> None:
    assert create(browser, headers={"Upload-Metadata": metadata}).status_code == 201
    assert Upload.objects.get().file_name == ""


def test_the_name_of_a_file_has_no_folders(browser: Client) -> None:
    create(browser, name="../../etc/people.csv")
    assert Upload.objects.get().file_name == "people.csv"


def test_the_server_describes_itself(browser: Client, settings: Settings) -> None:
    answer = browser.options(UPLOADS)
    assert answer.status_code == 204
    assert answer["Tus-Extension"] == "creation,expiration,termination"
    assert answer["Tus-Max-Size"] == str(settings.MAX_UPLOAD_SIZE)


def test_a_deleted_upload_is_gone_with_its_file(browser: Client, url: str) -> None:
    send(browser, url, 0, CSV[:10])
    path = path_of(Upload.objects.get())
    assert browser.delete(url, headers=TUS).status_code == 204
    assert not path.exists()
    assert browser.head(url, headers=TUS).status_code == 404


def test_an_upload_that_is_deleted_while_a_part_arrives_is_a_conflict(bob: User) -> None:
    class Deleted(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            Upload.objects.all().delete()
            return super().read(size)

    browser = browser_of(bob)
    create(browser)
    with pytest.raises(uploads.OffsetConflict):
        uploads.append(Upload.objects.get(), 0, Deleted(CSV))


def test_expired_uploads_and_files_without_an_upload_are_swept(
    browser: Client, settings: Settings
) -> None:
    urls = [create(browser)["Location"] for _ in range(3)]
    for url in urls:
        send(browser, url, 0, CSV[:10])
    expired, deleted, kept = Upload.objects.order_by("created_at")
    past = timezone.now() - timedelta(hours=24, minutes=1)
    Upload.objects.filter(pk=expired.pk).update(changed_at=past)
    Upload.objects.filter(pk=deleted.pk).delete()  # as with its owner
    tasks.sweep_uploads()
    assert list(Upload.objects.all()) == [kept]
    assert [path_of(kept)] == list(path_of(kept).parent.iterdir())


def test_a_part_keeps_an_upload_from_expiring(browser: Client, url: str) -> None:
    Upload.objects.update(changed_at=timezone.now() - timedelta(hours=23))
    send(browser, url, 0, CSV[:10])
    assert Upload.objects.get().changed_at > timezone.now() - timedelta(minutes=1)


def test_a_sweep_of_nothing_needs_no_folder() -> None:
    tasks.sweep_uploads()

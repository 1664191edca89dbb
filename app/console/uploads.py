"""The uploads of a user: their files, and how the parts of a file arrive."""

import hashlib
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from http import HTTPStatus
from typing import IO, Any, Final

from django.conf import settings
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import status
from rest_framework.exceptions import APIException
from rest_framework.request import Request

from console.models import FOLDER, Upload
from core.http.language import number
from core.postgres.unlocked import delete_unlocked
from core.storage.base import file_storage
from core.storage.removal import log_failed_removal
from tasks.intake.incoming import decoded_name, too_large
from tasks.intake.refused import ImportRefused
from tasks.reading.decoding import Utf8Check
from users_uc.auth import caller, locked_caller

LIFETIME: Final = timedelta(hours=24)
"""The time after the last change of an upload until it is deleted."""
MAX_UPLOADS: Final = 20
"""Uploads of a user that are not imported yet. Each of them takes its size on the disk."""
_BLOCK: Final = 256 * 1024
_HASHED_BLOCK: Final = 1024 * 1024


class OffsetConflict(APIException):
    """A part that does not begin where the received bytes end."""

    status_code = status.HTTP_409_CONFLICT
    default_detail = gettext_lazy("The part begins at another byte than the one that is expected.")
    default_code = "offset_conflict"


class Locked(APIException):
    """An upload that another request writes to."""

    status_code = status.HTTP_423_LOCKED
    default_detail = gettext_lazy("Another request sends a part of this upload. Try again.")
    default_code = "locked"


def own_uploads(request: Request) -> QuerySet[Upload]:
    """Return the caller's uploads."""
    return Upload.objects.filter(owner=caller(request))


def own_upload_or_404(request: Request, upload_id: uuid.UUID) -> Upload:
    """Return the caller's upload. Raises Http404, also for an upload of another user."""
    return get_object_or_404(own_uploads(request), pk=upload_id)


def create(request: Request, *, name: str, size: int) -> Upload:
    """Return a new upload of the caller. Raises `ImportRefused`."""
    if size > settings.MAX_UPLOAD_SIZE:
        raise too_large()
    with locked_caller(request) as owner:  # so that two uploads are not counted at once
        if Upload.objects.filter(owner=owner).count() >= MAX_UPLOADS:
            message = _(
                "You have {count} uploads that are not imported. Import or delete one of them."
            ).format(count=number(MAX_UPLOADS))
            raise ImportRefused("too_many_uploads", message, HTTPStatus.TOO_MANY_REQUESTS)
        return Upload.objects.create(owner=owner, file_name=decoded_name(name), size=size)


def append(upload: Upload, offset: int, body: IO[bytes]) -> None:
    """Write the part that begins at `offset`. The bytes of a body that breaks off are kept.

    Raises `Locked`, and `OffsetConflict`, also if the upload was deleted meanwhile.
    """
    with _only_writer(upload):
        upload.received = _received(upload)
        if offset != upload.received:
            raise OffsetConflict
        writer = upload.file.writer(offset)
        try:
            while block := body.read(min(_BLOCK, upload.size - writer.end)):
                writer.write(block)
        finally:
            _record(upload, writer.finish())


@contextmanager
def _only_writer(upload: Upload) -> Iterator[None]:
    with ExitStack() as lock:
        try:
            lock.enter_context(upload.file.lock())
        except BlockingIOError:
            raise Locked from None
        yield


def _received(upload: Upload) -> int:
    """Return the number of bytes that are here now, or -1 if the upload was deleted.

    The file has fewer bytes than were recorded if a backup of the database is younger than it.
    """
    row = Upload.objects.filter(pk=upload.pk)
    recorded = row.values_list("received", flat=True).first()
    if recorded is None:
        return -1
    if (received := min(recorded, upload.file.size())) < recorded:
        row.update(received=received, sha256="")
    return received


def _record(upload: Upload, end: int) -> None:
    """Store that the bytes up to `end` are in the storage. With the last byte, measure the file.

    A complete upload is a measured one: if the process ends before, the last part is sent again.
    """
    if end == upload.received:
        return
    values: dict[str, Any] = {"received": end, "changed_at": timezone.now()}
    if end == upload.size:
        upload.file.complete(upload.size)
        values |= _measured(upload)
    unchanged = Upload.objects.filter(pk=upload.pk, received=upload.received)
    if not unchanged.update(**values):
        raise OffsetConflict
    for name, value in values.items():
        setattr(upload, name, value)


def _measured(upload: Upload) -> dict[str, Any]:
    """Return the hash of the whole file, and whether it is UTF-8."""
    digest, utf8 = hashlib.sha256(), Utf8Check()
    with upload.file.open() as file:
        while block := file.read(_HASHED_BLOCK):
            digest.update(block)
            utf8.feed(block)
    return {"sha256": digest.hexdigest(), "is_utf8": utf8.finish()}


def delete(upload: Upload) -> None:
    """Delete the upload and its file."""
    file, name = upload.file, str(upload)
    upload.delete()
    with log_failed_removal(name):
        file.remove()


def sweep() -> None:
    """Delete the uploads that were not changed for LIFETIME, and files without an upload.

    The file of an upload is created after its row.
    """
    storage = file_storage()
    names = storage.assemblies(FOLDER)
    delete_unlocked(Upload.objects.filter(changed_at__lt=timezone.now() - LIFETIME))
    known = {f"{FOLDER}/{pk}" for pk in Upload.objects.values_list("pk", flat=True)}
    for name in names - known:
        with log_failed_removal(name):
            storage.assembly(name).remove()

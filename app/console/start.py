"""The start of an import, or of its dry run, from an upload that is complete."""

import hashlib
import json
from contextlib import closing
from dataclasses import replace
from typing import Final
from uuid import UUID

from django.db.models.functions import Now
from rest_framework.exceptions import NotFound
from rest_framework.request import Request

from console.models import Upload
from console.received import ReceivedFile
from tasks.begin import begin
from tasks.intake import idempotency
from tasks.intake.admission import check_waiting
from tasks.models import ImportJob
from tasks.options import Options
from tasks.views.upload import as_api_errors
from users_uc.auth import caller
from users_uc.models import User

_TRY: Final = "try"
_IMPORT: Final = "import"


def start(upload: Upload, options: Options, request: Request, *, after: str = "") -> ImportJob:
    """Start an import of the upload, and delete the upload unless it is a dry run.

    A dry run sends no mail when it ends: its user waits for the result on its page.
    Return the earlier job if the request repeats one, such as by a double click. `after` is the
    last dry run that the user had seen: the same dry run again is a new job.

    Raises DRF's exceptions. A refused upload stays, and so do its options.
    """
    owner = caller(request)
    keep_options(upload, options)
    if options.dry_run:
        options = replace(options, notify=False)
    key = _key(upload.id, _TRY if options.dry_run else _IMPORT, _digest(options, after))
    with as_api_errors():
        if (earlier := idempotency.find_latest(owner, key)) is not None:
            return earlier
        check_waiting(owner)
        try:
            file = ReceivedFile(upload)
        except FileNotFoundError:
            return _import_or_404(upload.id, owner)
        with closing(file):
            job = begin(file, options=options, owner=owner, key=key).job
    if options.dry_run:
        Upload.objects.filter(id=upload.id).update(job_id=job.id)
    else:
        _delete(upload)
    return job


def find_import(upload_id: UUID, owner: User) -> ImportJob | None:
    """Return the import of an upload that was deleted when the import began, or `None`."""
    return idempotency.find_latest(owner, _key(upload_id, _IMPORT))


def keep_options(upload: Upload, options: Options) -> None:
    """Store what the user has chosen, so that the page shows it again."""
    stored = replace(options, dry_run=False).to_store()
    Upload.objects.filter(id=upload.id).update(options=stored, changed_at=Now())


def _import_or_404(upload_id: UUID, owner: User) -> ImportJob:
    """Return the import that another request has started meanwhile."""
    job = find_import(upload_id, owner)
    if job is None:
        raise NotFound
    return job


def _key(upload_id: UUID, kind: str, digest: str = "") -> str:
    return f"console {upload_id} {kind} {digest}"


def _digest(options: Options, after: str) -> str:
    text = json.dumps([options.to_store(), after], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _delete(upload: Upload) -> None:
    upload.file.remove()
    Upload.objects.filter(id=upload.id).delete()

"""The same upload sent again under its Idempotency-Key is the same job."""

import hashlib
import json
from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone

from tasks.models import IdempotencyKey, ImportJob

LIFETIME: Final = timedelta(hours=24)


class KeyReusedError(Exception):
    """The key was given to another file, or to the same with other options."""


def find(job: ImportJob, key: str) -> ImportJob | None:
    """The job that the owner's key stands for; KeyReusedError where that is not this upload.

    None is certain only for who holds the owner's lock, see admission.py.
    """
    known = IdempotencyKey.objects.filter(owner=job.owner, key=key, created_at__gt=_too_old())
    earlier = known.select_related("job").first()
    if earlier is None:
        return None
    if earlier.fingerprint != _fingerprint(job):
        raise KeyReusedError
    return earlier.job


def remember(job: ImportJob, key: str) -> None:
    """Give the key to the job; an earlier one that is too old loses it."""
    IdempotencyKey.objects.update_or_create(
        owner=job.owner,
        key=key,
        defaults={"job": job, "fingerprint": _fingerprint(job), "created_at": timezone.now()},
    )


def forget_old() -> None:
    """Remove keys that are free again."""
    IdempotencyKey.objects.filter(created_at__lte=_too_old()).delete()


def _too_old() -> datetime:
    return timezone.now() - LIFETIME


def _fingerprint(job: ImportJob) -> str:
    options = json.dumps(job.options, sort_keys=True)
    return hashlib.sha256(f"{job.sha256} {options}".encode()).hexdigest()

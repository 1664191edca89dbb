"""The same upload sent again under its Idempotency-Key is the same job."""

import hashlib
import json
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _

from tasks.intake.refused import ImportRefused
from tasks.models import IdempotencyKey, ImportJob

LIFETIME: Final = timedelta(hours=24)


def find(job: ImportJob, key: str) -> ImportJob | None:
    """Return the job that the owner's key names, or `None`.

    Raises `ImportRefused` if the key was used for another file or other options. `None` is certain
    only for a caller that holds the owner's lock, see admission.py.
    """
    known = IdempotencyKey.objects.filter(owner=job.owner, key=key, created_at__gt=_too_old())
    earlier = known.select_related("job").first()
    if earlier is None:
        return None
    if earlier.fingerprint != _fingerprint(job):
        message = _(
            "This Idempotency-Key was used for another file or other options; send a new one."
        )
        raise ImportRefused("idempotency_key_reused", message, HTTPStatus.CONFLICT)
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

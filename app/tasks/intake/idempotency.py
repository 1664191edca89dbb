"""Idempotency-Keys: the same upload under the same key returns the same job."""

import hashlib
import json
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _

from core.postgres.unlocked import delete_unlocked
from tasks.intake.refused import ImportRefused
from tasks.models import IdempotencyKey, ImportJob
from users_uc.models import User

LIFETIME: Final = timedelta(hours=24)


def find(job: ImportJob, key: str) -> ImportJob | None:
    """Return the earlier job of the owner with this key, or `None`.

    Raises `ImportRefused` if the key was used for another file or other options. `None` is certain
    only while the caller holds the lock on the owner's uploads, see admission.py.
    """
    keys = IdempotencyKey.objects.filter(owner=job.owner, key=key, created_at__gt=_expiry())
    earlier = keys.select_related("job").first()
    if earlier is None:
        return None
    if earlier.fingerprint != _fingerprint(job):
        message = _(
            "This Idempotency-Key was used for another file or other options. Send a new key."
        )
        raise ImportRefused("idempotency_key_reused", message, HTTPStatus.CONFLICT)
    return earlier.job


def find_latest(owner: User, prefix: str) -> ImportJob | None:
    """Return the newest job that the owner sent with a key that begins so, or `None`."""
    keys = IdempotencyKey.objects.filter(
        owner=owner, key__startswith=prefix, created_at__gt=_expiry()
    )
    newest = keys.select_related("job").order_by("created_at").last()
    return newest.job if newest else None


def remember(job: ImportJob, key: str) -> None:
    """Store the key with the job, in place of an expired one."""
    IdempotencyKey.objects.update_or_create(
        owner=job.owner,
        key=key,
        defaults={"job": job, "fingerprint": _fingerprint(job), "created_at": timezone.now()},
    )


def forget_old() -> None:
    """Delete the expired keys."""
    delete_unlocked(IdempotencyKey.objects.filter(created_at__lte=_expiry()))


def _expiry() -> datetime:
    return timezone.now() - LIFETIME


def _fingerprint(job: ImportJob) -> str:
    options = json.dumps(job.options, sort_keys=True)
    return hashlib.sha256(f"{job.sha256} {options}".encode()).hexdigest()

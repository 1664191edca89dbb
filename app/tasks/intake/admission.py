"""The decision whether an upload becomes a job."""

from http import HTTPStatus
from typing import Final, NamedTuple

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.http.language import number
from tasks.intake import idempotency
from tasks.intake.refused import ImportRefused
from tasks.lifecycle import fairness
from tasks.models import ImportJob
from tasks.options import Options
from tasks.reading.header_columns import SUPERUSERS_FIELD
from users_uc.models import User
from users_uc.tokens.holder import TOKEN_NOT_VALID, find_holder

IMPORT_PERMISSION: Final = "tasks.add_importjob"
MAY_NOT_IMPORT: Final = gettext_lazy(
    "You do not have the permission can_import. Ask an administrator for it."
)


_MAY_NOT_VERIFY: Final = gettext_lazy(
    "Only a superuser may import the field email_verified. Leave it out of the option columns."
)


class Admission(NamedTuple):
    """A committed job: a new one, or the earlier one that the Idempotency-Key names."""

    job: ImportJob
    new: bool


def forbidden_fields(owner: User, options: Options) -> tuple[str, ...]:
    """Return the fields that no file of this user may have: their columns are ignored.

    Raises `ImportRefused` if the option `columns` names one of them.
    """
    if owner.is_superuser:
        return ()
    if SUPERUSERS_FIELD in options.columns.values():
        raise ImportRefused("permission_denied", str(_MAY_NOT_VERIFY), HTTPStatus.FORBIDDEN)
    return (SUPERUSERS_FIELD,)


def check_waiting(owner: User) -> None:
    """Raise `ImportRefused` if the user has IMPORT_MAX_WAITING unfinished imports.

    The count is exact only while the caller holds the lock on the owner's uploads.
    """
    unfinished = ImportJob.objects.filter(owner=owner, status__in=ImportJob.UNFINISHED)
    if unfinished.count() >= settings.IMPORT_MAX_WAITING:
        message = _(
            "You have {count} unfinished imports. Wait until one of them ends, or cancel one."
        ).format(count=number(settings.IMPORT_MAX_WAITING))
        raise ImportRefused("too_many_imports", message, HTTPStatus.TOO_MANY_REQUESTS)


def admit(job: ImportJob, owner: User, *, key: str | None) -> Admission:
    """Commit the job together with its Idempotency-Key.

    Raises `ImportRefused` if the owner may not send this upload. The rights are checked again here,
    because the file may have taken hours to arrive.
    """
    with transaction.atomic():
        _lock_uploads(owner)
        _check_rights(owner, job)
        earlier = idempotency.find(job, key) if key is not None else None
        if earlier is not None:
            return Admission(earlier, new=False)
        check_waiting(owner)
        if fairness.must_wait(job):
            job.queued_at = None
        job.save(force_insert=True)
        if key is not None:
            idempotency.remember(job, key)
    return Admission(job, new=True)


def _lock_uploads(owner: User) -> None:
    """Lock the user's uploads until the transaction ends, so that two are not counted at once."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"uploads of {owner.pk}"]
        )


def _check_rights(owner: User, job: ImportJob) -> None:
    exists = User.objects.lock_against_deletion(owner.pk)
    user = find_holder(owner.pk, owner.token_version) if exists else None
    if user is None:
        raise ImportRefused("token_not_valid", str(TOKEN_NOT_VALID), HTTPStatus.UNAUTHORIZED)
    if not user.has_perm(IMPORT_PERMISSION):
        raise ImportRefused("permission_denied", str(MAY_NOT_IMPORT), HTTPStatus.FORBIDDEN)
    if forbidden_fields(user, Options.from_json(job.options)):
        job.trusts_email_verified = False

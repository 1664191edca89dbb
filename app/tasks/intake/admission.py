"""Which uploads become jobs: a user may have only so many that are not finished."""

from typing import Final, NamedTuple

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.utils.translation import gettext as _

from core.http.language import number
from tasks.intake import idempotency
from tasks.models import ImportJob
from users_uc.auth import again
from users_uc.models import User

IMPORT_PERMISSION: Final = "tasks.add_importjob"


class TooManyImportsError(Exception):
    """The user has IMPORT_MAX_WAITING unfinished imports."""

    def __init__(self) -> None:
        message = _(
            "You have {count} imports that are not finished; wait until one is, or cancel one."
        )
        super().__init__(message.format(count=number(settings.IMPORT_MAX_WAITING)))


class Admission(NamedTuple):
    """`job`: the upload's, or where it is not `new`, the one that its key stands for."""

    job: ImportJob
    new: bool


def check(owner: User) -> None:
    """TooManyImportsError where one more is too many; exact for who holds the owner's lock."""
    unfinished = ImportJob.objects.filter(owner=owner, status__in=ImportJob.UNFINISHED)
    if unfinished.count() >= settings.IMPORT_MAX_WAITING:
        raise TooManyImportsError


def admit(job: ImportJob, owner: User, *, key: str | None) -> Admission:
    """Commit the job, its key with it. TooManyImportsError, idempotency.KeyReusedError.

    AuthenticationFailed and PermissionDenied where the owner may not import any more: the file may
    have taken hours.
    """
    with transaction.atomic():
        _lock(owner)
        User.objects.keep(owner.pk)
        if not again(owner).has_perm(IMPORT_PERMISSION):
            raise PermissionDenied
        earlier = idempotency.find(job, key) if key is not None else None
        if earlier is not None:
            return Admission(earlier, new=False)
        check(owner)
        job.save(force_insert=True)
        if key is not None:
            idempotency.remember(job, key)
    return Admission(job, new=True)


def _lock(owner: User) -> None:
    """Until the transaction ends: a user's uploads are counted one after the other."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"uploads of {owner.pk}"]
        )

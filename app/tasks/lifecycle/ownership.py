"""The owners of jobs. A user may be deleted at any moment, also while a job is planned.

A plan holds the lock of its job's row for minutes. So a deletion leaves the id in a locked row, and
the job loses it after its end. No user ever gets the id again.
"""

from typing import Any
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from core.postgres.unlocked import update_unlocked
from tasks.models import ImportJob
from users_uc.models import User


def release_jobs(instance: User, **_: Any) -> None:
    """Remove the owner from the unlocked jobs of a user who is being deleted."""
    update_unlocked(ImportJob.objects.filter(owner=instance), owner=None)


def import_ids_of(owner: User) -> QuerySet[ImportJob, UUID]:
    """Return the query of the ids of the user's imports."""
    return ImportJob.objects.filter(owner=owner).values_list("pk", flat=True)


def existing_owner() -> Subquery:
    """Return an expression for the owner of a job: null if the user was deleted."""
    return Subquery(User.objects.filter(pk=OuterRef("owner")).values("pk"))

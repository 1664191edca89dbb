"""Starting work under the cap on attempts, so that what kills its worker cannot circle for ever.

An attempt is spent when work starts and given back when it ends in good order or by a fault that
retrying may cure. What is left counts deaths without unwinding, and faults of our own.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from tasks.models import WorkItem

EXPECTED_FAULTS = (OperationalError, InterfaceError, OSError)
"""Connection lost, serialization failure, storage away: worth a retry."""

_UNWINDING = (*EXPECTED_FAULTS, SystemExit, KeyboardInterrupt)


def start[W: WorkItem](work: QuerySet[W], *, progress_at: datetime | None = None) -> W | None:
    """Spend an attempt of the one item in `work`; None where another works on it or none is left.

    Commits before the work begins: a death afterwards has been counted. Attempts that began before
    `progress_at`, when something else of the same job was last finished, are forgiven.
    """
    with transaction.atomic():
        item = lock(work)
        if item is not None:
            if progress_at and item.started_at and item.started_at < progress_at:
                item.attempts = 0
            item.attempts += 1
            item.publish_count = 0
            item.started_at = item.published_at = timezone.now()
            item.save(update_fields=["attempts", "publish_count", "started_at", "published_at"])
    return item


def lock[W: WorkItem](work: QuerySet[W]) -> W | None:
    """The item, locked until the transaction ends; None where another holds it or it is gone."""
    return work.select_for_update(skip_locked=True, no_key=True, of=("self",)).first()


def exhausted(item: WorkItem) -> bool:
    """Whether the attempt just started is one too many."""
    return item.attempts > settings.IMPORT_MAX_ATTEMPTS


@contextmanager
def given_back_on_fault[W: WorkItem](work: QuerySet[W]) -> Iterator[None]:
    """Around the work itself: an expected fault or an orderly stop costs no attempt."""
    try:
        yield
    except _UNWINDING:
        with suppress(OperationalError, InterfaceError):  # the database is away: it stays spent
            connection.close()
            work.filter(attempts__gt=0).update(attempts=F("attempts") - 1)
        raise

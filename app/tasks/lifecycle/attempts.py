"""The limit on attempts: work that kills its Celery worker is not repeated for ever.

An attempt is spent when work starts. The attempt is given back after an orderly stop, and after a
fault that a retry may cure. So three kinds of ends count: killed processes, programming errors, and
connections that `recover` closed because the work had stalled. The same work may stall each time.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from psycopg.errors import AdminShutdown

from core.postgres.advisory import advisory_lock
from tasks.models import WorkItem

EXPECTED_FAULTS = (OperationalError, InterfaceError, OSError)
"""Faults that a retry may cure: lost connections, serialization failures, lost storage."""

_STOPPED = (*EXPECTED_FAULTS, SystemExit, KeyboardInterrupt)


@contextmanager
def attempt[W: WorkItem](
    work: QuerySet[W], *, name: str, progress_at: datetime | None = None
) -> Iterator[W | None]:
    """Spend an attempt of the item in `work` and yield the item.

    Yield `None` if another process works on the item, or if `work` is empty. `name` identifies the
    item in all processes. If the last attempt began before `progress_at`, the time when other work
    of the same job last ended, the count starts again at one.

    The body locks the row itself in its own transaction. The advisory lock taken here only keeps a
    second delivery from spending attempts in the meantime.
    """
    with advisory_lock(name) as acquired:
        now = timezone.now()
        try:
            yield _start(work, progress_at, now=now) if acquired else None
        except _STOPPED as fault:
            if not isinstance(fault.__cause__, AdminShutdown):
                _return_attempt(work.filter(started_at=now))
            raise


def lock[W: WorkItem](work: QuerySet[W]) -> W | None:
    """Lock and return the item. Return `None` if another process holds it, or if it is gone."""
    return work.select_for_update(skip_locked=True, no_key=True, of=("self",)).first()


def exhausted(item: WorkItem) -> bool:
    """Return whether the attempt that has just started is one too many."""
    return item.attempts > settings.IMPORT_MAX_ATTEMPTS


def _start[W: WorkItem](
    work: QuerySet[W], progress_at: datetime | None, *, now: datetime
) -> W | None:
    """Commit the attempt before the work begins, so that a death afterwards is counted.

    If the process is stopped during the commit, only `now` shows whether the attempt was spent.
    """
    with transaction.atomic():
        item = lock(work)
        if item is not None:
            if progress_at and item.started_at and item.started_at < progress_at:
                item.attempts = 0
            item.attempts += 1
            item.publish_count = 0
            item.started_at = item.published_at = now
            item.save(update_fields=["attempts", "publish_count", "started_at", "published_at"])
    return item


def _return_attempt[W: WorkItem](work: QuerySet[W]) -> None:
    # If PostgreSQL is unavailable or read-only, the attempt stays spent.
    with suppress(OperationalError, InterfaceError):
        connection.close()
        work.filter(attempts__gt=0).update(attempts=F("attempts") - 1)

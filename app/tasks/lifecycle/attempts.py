"""Starting work under the cap on attempts, so that what kills its worker cannot circle for ever.

An attempt is spent when work starts and given back when it ends by a fault that retrying may cure
or by an orderly stop. What is left counts deaths without unwinding, faults of our own, and
connections that were ended: recover ends those of who hangs, and the same work may hang each time.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from psycopg.errors import AdminShutdown

from tasks.models import WorkItem

EXPECTED_FAULTS = (OperationalError, InterfaceError, OSError)
"""Connection lost, serialization failure, storage away: worth a retry."""

_UNWINDING = (*EXPECTED_FAULTS, SystemExit, KeyboardInterrupt)


@contextmanager
def attempt[W: WorkItem](
    work: QuerySet[W], *, name: str, progress_at: datetime | None = None
) -> Iterator[W | None]:
    """Spend an attempt of the one item in `work`; None where another works on it or none is left.

    `name` is the item's everywhere. Attempts that began before `progress_at`, when something else
    of the same job was last finished, are forgiven. The body takes the row's lock itself, for its
    own transaction; this only keeps a second delivery from spending attempts in the meantime.
    """
    with _alone(name) as alone:
        now = timezone.now()
        try:
            yield _start(work, progress_at, now=now) if alone else None
        except _UNWINDING as fault:
            if not isinstance(fault.__cause__, AdminShutdown):
                _give_back(work.filter(started_at=now))
            raise


def lock[W: WorkItem](work: QuerySet[W]) -> W | None:
    """The item, locked until the transaction ends; None where another holds it or it is gone."""
    return work.select_for_update(skip_locked=True, no_key=True, of=("self",)).first()


def exhausted(item: WorkItem) -> bool:
    """Whether the attempt just started is one too many."""
    return item.attempts > settings.IMPORT_MAX_ATTEMPTS


@contextmanager
def _alone(name: str) -> Iterator[bool]:
    """Whether nobody else is in here under this name; PostgreSQL forgets a dead one at once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [name])
        alone = bool(cursor.fetchone() == (True,))
    try:
        yield alone
    finally:
        if alone:
            # On a connection that broke, the lock went with it.
            with suppress(OperationalError, InterfaceError), connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [name])


def _start[W: WorkItem](
    work: QuerySet[W], progress_at: datetime | None, *, now: datetime
) -> W | None:
    """Commits before the work begins: a death afterwards has been counted.

    A stop may come while it commits: only `now` tells whether this attempt was spent.
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


def _give_back[W: WorkItem](work: QuerySet[W]) -> None:
    with suppress(OperationalError, InterfaceError):  # it is away or read-only: it stays spent
        connection.close()
        work.filter(attempts__gt=0).update(attempts=F("attempts") - 1)

"""Changes of many rows that do not wait for other transactions.

A statement that waits for one locked row fails after `lock_timeout` and changes no row. A periodic
task changes the others, and the locked row in a later round.
"""

from typing import Any

from django.db import transaction
from django.db.models import Model, QuerySet


def update_unlocked(rows: QuerySet[Any], **values: object) -> None:
    """Update those rows that no other transaction holds."""
    with transaction.atomic():
        _locked(rows, no_key=True).update(**values)


def delete_unlocked(rows: QuerySet[Any]) -> None:
    """Delete those rows that no other transaction holds."""
    with transaction.atomic():
        _locked(rows, no_key=False).delete()


def _locked[M: Model](rows: QuerySet[M], *, no_key: bool) -> QuerySet[M]:
    free = rows.select_for_update(skip_locked=True, no_key=no_key).values("pk")
    return rows.model._default_manager.filter(pk__in=free)

"""Mails as PostgreSQL knows them, read at each scrape."""

from collections.abc import Iterable, Mapping
from itertools import product
from typing import Final

from django.db import connection
from prometheus_client import Metric
from prometheus_client.metrics_core import GaugeMetricFamily

from users_uc.models import Mail

_OF_ONE_INDEX = """
    SELECT kind, count(*), extract(epoch FROM clock_timestamp() - min(created_at))
    FROM users_uc_mail WHERE sent_at IS NULL AND given_up_at IS NULL AND kind {} 'invitation'
    GROUP BY kind
"""
WAITING: Final = f"{_OF_ONE_INDEX.format('=')} UNION ALL {_OF_ONE_INDEX.format('<>')}"
"""Each half is read from an index of what waits: what was sent is kept for a month."""
GIVEN_UP: Final = """
    SELECT kind, CASE WHEN problem IN ('nobody', 'too_many') THEN problem
        WHEN problem LIKE 'refused %' THEN 'refused' ELSE 'failed' END AS reason, count(*)
    FROM users_uc_mail WHERE given_up_at IS NOT NULL GROUP BY kind, reason
"""
_REASONS: Final = ("failed", "nobody", "refused", "too_many")


def mail_facts() -> Iterable[Metric]:
    """Mails of every kind that wait, for how long the oldest has, and that will not be sent."""
    with connection.cursor() as cursor:
        cursor.execute(WAITING)
        waiting = {kind: (number, float(age)) for kind, number, age in cursor.fetchall()}
        cursor.execute(GIVEN_UP)
        given_up = {(kind, reason): number for kind, reason, number in cursor.fetchall()}
    yield from _waiting(waiting)
    text, labels = (
        "Mails that were given up, of the last IMPORT_RETENTION_DAYS.",
        ["kind", "reason"],
    )
    mails = GaugeMetricFamily("accounts_mails_given_up", text, labels=labels)
    for each in product(Mail.Kind.values, _REASONS):
        mails.add_metric(each, given_up.get(each, 0))
    yield mails


def _waiting(waiting: Mapping[str, tuple[int, float]]) -> Iterable[Metric]:
    mails = GaugeMetricFamily("accounts_mails_waiting", "Mails to be sent.", labels=["kind"])
    text = "Age of the oldest mail to be sent; 0 where none is."
    oldest = GaugeMetricFamily("accounts_mail_oldest_waiting_seconds", text, labels=["kind"])
    for kind in Mail.Kind.values:
        number, age = waiting.get(kind, (0, 0.0))
        mails.add_metric([kind], number)
        oldest.add_metric([kind], max(age, 0))
    yield from (mails, oldest)

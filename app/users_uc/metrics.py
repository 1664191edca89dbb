"""Metrics of mails, read from PostgreSQL at each scrape."""

from collections.abc import Iterable, Mapping
from itertools import product
from typing import Final

from django.db import connection
from prometheus_client import Metric
from prometheus_client.metrics_core import GaugeMetricFamily

from users_uc.models import Mail

_WAITING_BY_KIND = """
    SELECT kind, count(*), extract(epoch FROM clock_timestamp() - min(created_at))
    FROM users_uc_mail WHERE sent_at IS NULL AND given_up_at IS NULL AND kind {} 'invitation'
    GROUP BY kind
"""
WAITING: Final = f"{_WAITING_BY_KIND.format('=')} UNION ALL {_WAITING_BY_KIND.format('<>')}"
"""Each half reads a partial index of unsent mails, because sent mails are kept for a month."""
GIVEN_UP: Final = """
    SELECT kind, CASE WHEN problem IN ('nobody', 'too_many') THEN problem
        WHEN problem LIKE 'refused %' THEN 'refused' ELSE 'failed' END AS reason, count(*)
    FROM users_uc_mail WHERE given_up_at IS NOT NULL GROUP BY kind, reason
"""
_REASONS: Final = ("failed", "nobody", "refused", "too_many")


def mail_facts() -> Iterable[Metric]:
    """Return the number and greatest age of waiting mails and the number of abandoned ones."""
    with connection.cursor() as cursor:
        cursor.execute(WAITING)
        waiting = {kind: (number, float(age)) for kind, number, age in cursor.fetchall()}
        cursor.execute(GIVEN_UP)
        abandoned = {(kind, reason): number for kind, reason, number in cursor.fetchall()}
    yield from _waiting_mails(waiting)
    text = "Mails that were abandoned in the last IMPORT_RETENTION_DAYS days."
    mails = GaugeMetricFamily("accounts_mails_given_up", text, labels=["kind", "reason"])
    for labels in product(Mail.Kind.values, _REASONS):
        mails.add_metric(labels, abandoned.get(labels, 0))
    yield mails


def _waiting_mails(waiting: Mapping[str, tuple[int, float]]) -> Iterable[Metric]:
    mails = GaugeMetricFamily("accounts_mails_waiting", "Unsent mails.", labels=["kind"])
    text = "Age of the oldest unsent mail in seconds; 0 if no mail waits."
    oldest = GaugeMetricFamily("accounts_mail_oldest_waiting_seconds", text, labels=["kind"])
    for kind in Mail.Kind.values:
        number, age = waiting.get(kind, (0, 0.0))
        mails.add_metric([kind], number)
        oldest.add_metric([kind], max(age, 0))
    yield from (mails, oldest)

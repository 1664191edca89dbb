"""Mails as PostgreSQL knows them, read at each scrape."""

from collections.abc import Iterable
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


def mail_facts() -> Iterable[Metric]:
    """Mails that wait, of every kind, and for how long the oldest has."""
    with connection.cursor() as cursor:
        cursor.execute(WAITING)
        waiting = {kind: (number, float(age)) for kind, number, age in cursor.fetchall()}
    mails = GaugeMetricFamily("accounts_mails_waiting", "Mails to be sent.", labels=["kind"])
    text = "Age of the oldest mail to be sent; 0 where none is."
    oldest = GaugeMetricFamily("accounts_mail_oldest_waiting_seconds", text, labels=["kind"])
    for kind in Mail.Kind.values:
        number, age = waiting.get(kind, (0, 0.0))
        mails.add_metric([kind], number)
        oldest.add_metric([kind], max(age, 0))
    yield from (mails, oldest)

"""Metrics of webhooks, read from PostgreSQL at each scrape."""

from collections.abc import Iterable
from typing import Final

from django.db import connection
from prometheus_client import Metric
from prometheus_client.metrics_core import GaugeMetricFamily

from webhooks.models import Delivery, Webhook

_DELIVERIES: Final = "SELECT status, count(*) FROM webhooks_delivery GROUP BY status"
_OLDEST: Final = """
    SELECT coalesce(extract(epoch FROM clock_timestamp() - min(next_attempt_at)), 0)
    FROM webhooks_delivery WHERE status = 'pending' AND next_attempt_at <= now()
"""
_DISABLED: Final = """
    SELECT disabled_reason, count(*) FROM webhooks_webhook WHERE NOT enabled GROUP BY 1
"""


def webhook_facts() -> Iterable[Metric]:
    """Return the numbers of deliveries and disabled webhooks, and the delay of the deliveries."""
    with connection.cursor() as cursor:
        cursor.execute(_DELIVERIES)
        by_status = dict(cursor.fetchall())
        cursor.execute(_OLDEST)
        (oldest,) = cursor.fetchone() or (0,)
        cursor.execute(_DISABLED)
        by_reason = dict(cursor.fetchall())
    text = "Deliveries of webhooks that are pending, or that ended in the last 30 days."
    deliveries = GaugeMetricFamily("accounts_webhook_deliveries", text, labels=["status"])
    for status in Delivery.Status.values:
        deliveries.add_metric([status], by_status.get(status, 0))
    text = "Time for which the oldest due delivery has waited in seconds; 0 if none is due."
    delay = GaugeMetricFamily(
        "accounts_webhook_oldest_due_seconds", text, value=max(float(oldest), 0)
    )
    text = "Disabled webhooks by the reason."
    disabled = GaugeMetricFamily("accounts_webhooks_disabled", text, labels=["reason"])
    for reason in Webhook.Disabled.values:
        disabled.add_metric([reason], by_reason.get(reason, 0))
    yield from (deliveries, delay, disabled)

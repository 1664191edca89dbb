"""Metrics of Celery's queues, which kombu stores in Redis."""

from collections.abc import Iterable
from itertools import batched

from kombu.transport.redis import PRIORITY_STEPS, Channel
from prometheus_client import Metric
from prometheus_client.metrics_core import GaugeMetricFamily

from core.celery import QUEUES
from core.redis import connect


def _keys(queue: str) -> list[str]:
    """Return the keys of a queue: one list for each priority. Priority 0 has the queue's name."""
    return [f"{queue}{Channel.sep}{step}" if step else queue for step in PRIORITY_STEPS]


def queue_facts() -> Iterable[Metric]:
    """Yield the numbers of waiting and of unacknowledged messages."""
    with connect() as client, client.pipeline(transaction=False) as pipeline:
        for queue in QUEUES:
            for key in _keys(queue):
                pipeline.llen(key)
        pipeline.hlen(Channel.unacked_key)
        *lengths, unacknowledged = pipeline.execute()
    text = "Messages waiting in a queue."
    waiting = GaugeMetricFamily("accounts_celery_queue_length", text, labels=["queue"])
    by_queue = batched(lengths, len(PRIORITY_STEPS), strict=True)
    for queue, counts in zip(QUEUES, by_queue, strict=True):
        waiting.add_metric([queue], sum(counts))
    yield waiting
    text = "Messages that a Celery worker has received and not acknowledged."
    yield GaugeMetricFamily("accounts_celery_unacknowledged_messages", text, value=unacknowledged)

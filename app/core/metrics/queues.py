"""What lies in Celery's queues, as kombu keeps it in Redis."""

from collections.abc import Iterable

from kombu.transport.redis import PRIORITY_STEPS, Channel
from prometheus_client import Metric
from prometheus_client.metrics_core import GaugeMetricFamily

from core.celery import QUEUES
from core.redis import connect


def _keys(queue: str) -> list[str]:
    """One list for each priority; that of priority 0 has the queue's own name."""
    return [f"{queue}{Channel.sep}{step}" if step else queue for step in PRIORITY_STEPS]


def queue_facts() -> Iterable[Metric]:
    """The messages that wait and those that are being worked on."""
    with connect() as client, client.pipeline(transaction=False) as pipeline:
        for queue in QUEUES:
            for key in _keys(queue):
                pipeline.llen(key)
        pipeline.hlen(Channel.unacked_key)
        *lengths, unacknowledged = pipeline.execute()
    text = "Messages that wait in a queue."
    waiting = GaugeMetricFamily("accounts_celery_queue_length", text, labels=["queue"])
    each = len(PRIORITY_STEPS)
    for number, queue in enumerate(QUEUES):
        waiting.add_metric([queue], sum(lengths[number * each : (number + 1) * each]))
    yield waiting
    text = "Messages that a worker has taken and not finished."
    yield GaugeMetricFamily("accounts_celery_unacknowledged_messages", text, value=unacknowledged)

"""Connections of the metrics to the signals of Django and Celery."""

from celery import signals
from django.conf import settings

from core.metrics import celery_tasks, listener, queues, sources, storage


def connect() -> None:
    """Connect all metrics. Call it once in every process, after django.setup()."""
    celery_tasks.connect()
    signals.worker_init.connect(listener.listen)
    signals.beat_init.connect(listener.listen)
    signals.worker_process_init.connect(listener.close_in_child)
    if settings.PROCESS_ROLE == "web":
        from core.metrics import pool  # noqa: PLC0415  (other processes must not show a pool of size 0)

        pool.connect()
    sources.register("redis", queues.queue_facts)
    sources.register("storage", storage.storage_facts)

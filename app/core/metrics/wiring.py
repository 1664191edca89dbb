"""Connects what observes and what is read with Django's and Celery's signals, once a process."""

from celery import signals
from django.conf import settings

from core.metrics import celery_tasks, listener, queues, sources, storage


def connect() -> None:
    """After django.setup() in every process."""
    celery_tasks.connect()
    signals.worker_init.connect(listener.listen)
    signals.beat_init.connect(listener.listen)
    signals.worker_process_init.connect(listener.leave_to_main)
    if settings.PROCESS_ROLE == "web":
        from core.metrics import pool  # noqa: PLC0415  (others have no pool, not one of size 0)

        pool.connect()
    sources.register("redis", queues.queue_facts)
    sources.register("storage", storage.storage_facts)

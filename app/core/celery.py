"""The Celery application: queues, acknowledgement, time limits and periodic tasks."""

import os
from typing import Any

from celery import Celery, Task, signals
from django.conf import settings
from kombu.transport import TRANSPORT_ALIASES

from core.queueing.scheduler import periodic
from core.redis import queue_url, results_url

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "core.settings")

HARD_TIME_LIMIT = 3600
"""Seconds after which the process of a task is killed. The plan of a 5 GB file takes minutes."""

DEFAULT, IMPORTS, SMALL_IMPORTS = "default", "imports", "imports_small"
MAILS, RECOVERY, WEBHOOKS = "mails", "recovery", "webhooks"
QUEUES = (DEFAULT, IMPORTS, SMALL_IMPORTS, MAILS, RECOVERY, WEBHOOKS)

_EVERY = settings.RECOVER_EVERY.total_seconds()

# Seconds. A web process must answer at once if Redis is unavailable, and `recover` publishes later.
# A Celery worker can wait.
_SOCKET_TIMEOUT = 1 if settings.PROCESS_ROLE == "web" else 5

TRANSPORT_ALIASES |= dict.fromkeys(("redis", "rediss"), "core.queueing.transport:Transport")
app = Celery("accounts", loader="core.metrics.celery_loader.Loader")
app.conf.update(
    broker_url=queue_url(settings.REDIS_URL),
    result_backend=results_url(settings.REDIS_URL),
    result_expires=24 * 3600,
    task_default_queue=DEFAULT,
    task_serializer="json",
    result_serializer="json",
    accept_content=["json"],
    # A message stays in Redis until its task has ended, so a killed Celery worker loses nothing.
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    task_track_started=True,
    task_ignore_result=True,
    task_time_limit=HARD_TIME_LIMIT,
    task_publish_retry=False,
    broker_transport_options={
        "visibility_timeout": settings.VISIBILITY_TIMEOUT.total_seconds(),
        "unacked_restore_interval": min(10, settings.VISIBILITY_TIMEOUT.total_seconds()),
        "unacked_restore_throttle": 1,  # restore at each interval; kombu's default is each tenth
        "socket_timeout": _SOCKET_TIMEOUT,
        "socket_connect_timeout": min(_SOCKET_TIMEOUT, 2),
        "socket_keepalive": True,
        # One retry without a delay. The default of kombu waits 2 s.
        "max_retries": 1,
        "interval_start": 0,
        "interval_step": 0,
    },
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    redis_socket_timeout=_SOCKET_TIMEOUT,
    redis_socket_connect_timeout=min(_SOCKET_TIMEOUT, 2),
    redis_backend_health_check_interval=30,
    result_backend_always_retry=settings.PROCESS_ROLE == "worker",
    result_backend_max_retries=3,
    result_backend_transport_options={"retry_policy": {"max_retries": 1, "interval_start": 0.1}},
    worker_cancel_long_running_tasks_on_connection_loss=False,
    # Polars keeps the memory of its largest file until the process ends. The limit applies to the
    # peak of a process, and a replacement delays the first chunks by seconds. So the limit is above
    # the peak of a plan of 1,000,000 rows.
    worker_max_tasks_per_child=200,
    worker_max_memory_per_child=480_000,
    beat_scheduler="core.queueing.scheduler:Scheduler",
    beat_schedule={
        "recover": periodic("tasks.recover", _EVERY, queue=RECOVERY),
        "sweep": periodic("tasks.sweep", 600),
        "delete-expired-families": periodic("users_uc.delete_expired_families", 3600),
        "forget-creation-keys": periodic("users_uc.forget_creation_keys", 3600),
        "send-mails": periodic("users_uc.send_mails", _EVERY, queue=MAILS),
        "send-invitations": periodic("users_uc.send_invitations", _EVERY, queue=MAILS),
        "remove-values-of-deleted-attributes": periodic(
            "users_uc.remove_values_of_deleted_attributes", 600
        ),
        "forget-old-mails": periodic("users_uc.forget_old_mails", 3600),
        "deliver-events": periodic("webhooks.deliver", _EVERY, queue=WEBHOOKS),
        "clean-up-webhooks": periodic("webhooks.clean_up", 3600),
        "sweep-uploads": periodic("console.sweep_uploads", 600),
    },
)
app.autodiscover_tasks()


@signals.setup_logging.connect
def _keep_logging(**_: Any) -> None:
    """Keep Django's logging: Celery configures its own only if this signal has no receiver."""


def own_tasks() -> list[str]:
    """Return the names of this project's tasks. Call it when the apps are loaded."""
    return [name for name in app.tasks if not name.startswith("celery.")]


@app.task(name="core.diagnose", ignore_result=False, bind=True)
def diagnose(self: Task[[], dict[str, str]]) -> dict[str, str]:
    """Return the id and the worker of this task.

    `celery -A core call core.diagnose` shows that the queue works.
    """
    request = self.request
    return {"task_id": str(request.id), "hostname": str(request.hostname)}

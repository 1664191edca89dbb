"""Putting a task into the queue, or saying that it could not be."""

import logging
from collections.abc import Mapping, Sequence

from kombu.exceptions import OperationalError

from core.celery import app
from core.telemetry import traces

logger = logging.getLogger(__name__)


def publish(
    name: str,
    args: Sequence[str | int] = (),
    *,
    queue: str,
    headers: Mapping[str, str],
    task_id: str | None = None,
) -> bool:
    """Whether Redis took it. For work that PostgreSQL knows of, so that it is published again."""
    try:
        app.send_task(
            name,
            args,
            queue=queue,
            headers=dict(headers),
            task_id=task_id,
            retry=False,
            ignore_result=True,  # else the sender subscribes to a result that it never reads
            argsrepr="(...)",  # what logs and monitors show instead of the arguments
        )
    except OperationalError as error:  # also where it answers, but refuses
        logger.warning("%s not queued, it will be later: %s", name, error)
        traces.record_failure(error)
        return False
    return True

"""Publishing of tasks."""

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
    """Publish the task once and return whether Redis accepted it.

    PostgreSQL must know the work, so that it can be published again.
    """
    try:
        app.send_task(
            name,
            args,
            queue=queue,
            headers=dict(headers),
            task_id=task_id,
            retry=False,
            ignore_result=True,  # else the sender subscribes to a result that it never reads
            argsrepr="(...)",  # shown in logs and monitors instead of the arguments
        )
    except OperationalError as error:  # also if Redis answers with an error
        logger.warning("Task %s was not published and will be published later: %s", name, error)
        traces.record_failure(error)
        return False
    return True

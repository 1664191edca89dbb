"""Deliver due events at least once.

One process delivers at a time, with many requests at once: so it can limit those to one receiver,
and slow receivers hold up neither other receivers nor the other tasks of the worker.
"""

import logging
import time
from collections import Counter
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Final

from core.failpoints import failpoint
from core.postgres.advisory import advisory_lock, show_life
from webhooks import outbox, signing
from webhooks.models import Delivery
from webhooks.sealed import UnreadableSecretError
from webhooks.sender import Answer, send

logger = logging.getLogger(__name__)

PARALLEL: Final = 16
PER_WEBHOOK: Final = 2
_TIME_LIMIT: Final = 5.0
"""Seconds after which a task begins no request, so that the process can be stopped."""
_POLL_SECONDS: Final = 0.5

type _Running = dict[Future[Answer], Delivery]


def deliver() -> None:
    """Send due events until none is due or the time is up.

    If another process sends, this one leaves the events to it. So a sender looks for due events
    once more after it has released the lock.
    """
    end = time.monotonic() + _TIME_LIMIT
    while outbox.has_due():
        with advisory_lock("webhooks") as acquired:
            if not acquired:
                return
            with ThreadPoolExecutor(PARALLEL, thread_name_prefix="webhook") as pool:
                _deliver_due(pool, end)
        if time.monotonic() >= end:
            outbox.publish_delivery()
            return


def _deliver_due(pool: ThreadPoolExecutor, end: float) -> None:
    """Send events until none is due and all answers are stored. The threads use no database."""
    running: _Running = {}
    while True:
        while len(running) < PARALLEL and time.monotonic() < end and _begin(pool, running):
            pass
        if not running:
            return
        done, _ = wait(running, timeout=_POLL_SECONDS, return_when=FIRST_COMPLETED)
        show_life()
        for future in done:
            failpoint("webhook_sent")
            _record(running.pop(future), future.result())


def _begin(pool: ThreadPoolExecutor, running: _Running) -> bool:
    """Claim a delivery and begin its request. Return whether there was one."""
    requests = Counter(delivery.webhook_id for delivery in running.values())
    busy = [webhook_id for webhook_id, count in requests.items() if count >= PER_WEBHOOK]
    delivery = outbox.claim(busy=busy)
    if delivery is None:
        return False
    failpoint("webhook_claimed")
    if not delivery.webhook.enabled:
        outbox.abandon(delivery, "disabled")
    elif delivery.attempts > len(outbox.RETRIES) + 1:  # its worker died in the last attempt
        outbox.abandon(delivery, "attempts_exhausted")
    else:
        _submit(pool, running, delivery)
    return True


def _submit(pool: ThreadPoolExecutor, running: _Running, delivery: Delivery) -> None:
    body = signing.body_of(delivery)
    try:
        headers = signing.headers_of(delivery, body)
    except UnreadableSecretError:
        _record(delivery, Answer(None, "secret_unreadable"))
    else:
        running[pool.submit(send, delivery.webhook.url, body, headers)] = delivery


def _record(delivery: Delivery, answer: Answer) -> None:
    outbox.record(delivery, answer)
    logger.log(
        logging.WARNING if answer.error else logging.INFO,
        "Event %s for webhook %s: %s",
        *(delivery.message_id, delivery.webhook_id, answer.error or "delivered"),
        extra={
            "webhook_id": delivery.webhook_id, "message_id": delivery.message_id,
            "event_type": delivery.event_type, "attempts": delivery.attempts,
            "status": answer.status, "error": answer.error,
        },
    )  # fmt: skip

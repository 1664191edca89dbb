"""The mail server: one connection of all processes, and none for a while after it failed."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.core.cache import cache
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from redis.exceptions import RedisError

from core.postgres.advisory import advisory_lock

logger = logging.getLogger(__name__)

PAUSE: Final = 5
"""Seconds after a failure until one sender, the probe, connects again. All mails wait meanwhile."""
FAILED: Final = "mail_server_failed"
"""The key in the cache that exists during a pause."""


@contextmanager
def only_connection() -> Iterator[BaseEmailBackend | None]:
    """Connect, or yield `None` if another process is connected or the last connection failed.

    So a mail server that does not answer keeps one process waiting, and never two. Raises
    `OSError`, which all errors of smtplib are, and starts a pause then.
    """
    with advisory_lock("mail server") as acquired:
        if not acquired or _has_failed():
            yield None
            return
        try:
            with get_connection() as server:
                yield server
        except OSError:
            _pause()
            raise


def _has_failed() -> bool:
    try:
        return cache.get(FAILED) is not None
    except RedisError:
        return False


def _pause() -> None:
    try:
        cache.set(FAILED, 1, timeout=PAUSE)
    except RedisError as error:
        logger.warning("Redis is unavailable, mails do not pause: %s", type(error).__name__)

"""Fixtures of the tests on real PostgreSQL and Valkey."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from redis import Redis

from core.redis import queue_url


@pytest.fixture
def queue() -> Iterator[Redis]:
    """Yield a client of the broker's database, which is empty before and after the test."""
    with Redis.from_url(queue_url(settings.REDIS_URL), decode_responses=True) as client:
        client.flushdb()
        yield client
        client.flushdb()

"""Queue and clock of the tests on real servers."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from redis import Redis

from core.redis import queue_url


@pytest.fixture
def queue() -> Iterator[Redis]:
    """The broker's database, empty before and after."""
    with Redis.from_url(queue_url(settings.REDIS_URL), decode_responses=True) as client:
        client.flushdb()
        yield client
        client.flushdb()

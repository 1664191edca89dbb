"""Queue and clock of the tests on real servers."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from kombu import pools
from redis import Redis

from core.celery import app
from core.redis import queue_url


@pytest.fixture
def queue() -> Iterator[Redis]:
    """The broker's database, empty before and after."""
    with Redis.from_url(queue_url(settings.REDIS_URL), decode_responses=True) as client:
        client.flushdb()
        yield client
        client.flushdb()


def _forget_connections() -> None:
    pools.reset()
    vars(app)["_pool"] = None
    vars(app.amqp)["_producer_pool"] = None


@pytest.fixture
def broker_away() -> Iterator[None]:
    """Publishing meets a port where nobody listens."""
    before = app.conf.broker_write_url
    app.conf.update(broker_write_url="redis://127.0.0.1:1/0")
    _forget_connections()
    yield
    app.conf.update(broker_write_url=before)
    _forget_connections()

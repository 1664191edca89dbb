"""The logical databases of Redis: one each for the queue, Celery's results and the cache."""

from functools import cached_property
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.core.cache.backends.redis import RedisCache
from redis import Redis


def database_url(url: str, offset: int) -> str:
    """Return the URL with its database number raised by `offset`."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"/{int(parts.path.strip('/') or 0) + offset}"))


def queue_url(url: str) -> str:
    """Return the URL of the broker."""
    return database_url(url, 0)


def results_url(url: str) -> str:
    """Return the URL of the result backend."""
    return database_url(url, 1)


def connect() -> Redis:
    """Return a client of the broker's database for reads, with timeouts of a second."""
    url = queue_url(settings.REDIS_URL)
    return Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1)


class CacheOnRedis(RedisCache):
    """Django's cache, in the second database after that of the URL."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(database_url(server, 2), params)

    def count(self, key: str, *, seconds: int) -> int:
        """Increment a counter and return its value. It expires `seconds` after it is created."""
        name = self.make_and_validate_key(key)
        with self._client.pipeline() as pipeline:  # one transaction and one round trip
            pipeline.set(name, 0, ex=seconds, nx=True)
            pipeline.incr(name)
            _, number = pipeline.execute()
        return int(number)

    @cached_property
    def _client(self) -> Redis:
        """Return a client to keep. Django's client for each command costs more than the command."""
        client: Redis = self._cache.get_client(write=True)
        return client

"""Where Redis keeps what: the queue, Celery's results and the cache in databases of their own."""

from functools import cached_property
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.core.cache.backends.redis import RedisCache
from redis import Redis


def database_url(url: str, offset: int) -> str:
    """`url` with its logical database number raised by `offset`."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"/{int(parts.path.strip('/') or 0) + offset}"))


def queue_url(url: str) -> str:
    """The broker's database."""
    return database_url(url, 0)


def results_url(url: str) -> str:
    """The result backend's database."""
    return database_url(url, 1)


def connect() -> Redis:
    """A client of the broker's database that gives up within seconds, for looking only."""
    url = queue_url(settings.REDIS_URL)
    return Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1)


class CacheOnRedis(RedisCache):
    """Django's cache, in the third database counted from the one in the URL."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(database_url(server, 2), params)

    def count(self, key: str, *, seconds: int) -> int:
        """One more: how many there are now, of a counter that ends `seconds` after its first."""
        name = self.make_and_validate_key(key)
        with self._client.pipeline() as both:  # one transaction and one round trip
            both.set(name, 0, ex=seconds, nx=True)
            both.incr(name)
            _, number = both.execute()
        return int(number)

    @cached_property
    def _client(self) -> Redis:
        """Django makes a client for each command, which takes longer than the command."""
        client: Redis = self._cache.get_client(write=True)
        return client

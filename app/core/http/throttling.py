"""Request rates, counted in Redis in one transaction a request."""

import logging
import time
from contextlib import suppress
from ipaddress import ip_address, ip_network

from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView

from core.redis import CacheOnRedis

logger = logging.getLogger(__name__)


def network(address: str | None) -> str | None:
    """Of IPv6 the first 64 bits: a household has all that follow. What is no address stays."""
    with suppress(ValueError):
        if (ip := ip_address(address or "")).version == 6:
            mapped = ip.ipv4_mapped
            return str(mapped or ip_network((ip, 64), strict=False))
    return address


class WindowThrottle(SimpleRateThrottle):
    """At most `rate` requests of one address, or whoever `who` says, in a fixed window.

    DRF's own throttle reads, appends and writes, so that parallel requests pass together
    (encode/django-rest-framework#8127). When Redis is away the request passes: a login that
    nobody can make is worse than one that is not counted, and its hash costs the same.
    """

    cache: CacheOnRedis
    num_requests: int
    duration: int

    def get_cache_key(self, request: Request, view: APIView) -> str | None:
        """One counter for each of them and window."""
        who, window = self.who(request), int(time.time() // self.duration)
        return who and f"throttle:{self.scope}:{who}:{window}"

    def who(self, request: Request) -> str | None:
        """Whose requests are counted together; nothing personal. None where nobody's are."""
        return network(self.get_ident(request))

    def allow_request(self, request: Request, view: APIView) -> bool:
        """Count the request; False when it is one too many."""
        key = self.get_cache_key(request, view)
        if key is None:
            return True
        try:
            count = self.cache.count(key, seconds=self.duration)
        except RedisError as error:
            logger.warning("request not counted: %s", type(error).__name__)
            return True
        return bool(count <= self.num_requests)

    def wait(self) -> float:
        """Seconds until the next window."""
        return self.duration - time.time() % self.duration


class ThrottledInTurn(APIView):
    """Asks its throttles until one refuses, and DRF all of them.

    What is refused to one address does not count for an account, or one could use it up.
    """

    def check_throttles(self, request: Request) -> None:
        """Throttled, by the first that says so."""
        for throttle in self.get_throttles():
            if not throttle.allow_request(request, self):
                self.throttled(request, throttle.wait() or 0)


class LoginThrottle(WindowThrottle):
    """THROTTLE_LOGIN."""

    scope = "login"


class ResetThrottle(WindowThrottle):
    """THROTTLE_RESET."""

    scope = "reset"


class RegisterThrottle(WindowThrottle):
    """THROTTLE_REGISTER."""

    scope = "register"

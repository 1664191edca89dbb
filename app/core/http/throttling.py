"""Rate limits, counted in Redis with one transaction for each request."""

import logging
import math
import time
from contextlib import suppress
from ipaddress import ip_address, ip_network

from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from core.http.rate_limit_headers import RateLimit, show
from core.redis import CacheOnRedis

logger = logging.getLogger(__name__)


def network(address: str | None) -> str | None:
    """Return the IP address, or the /64 network of an IPv6 address: one household has all of it.

    Other text is returned as it is.
    """
    with suppress(ValueError):
        if (ip := ip_address(address or "")).version == 6:
            mapped = ip.ipv4_mapped
            return str(mapped or ip_network((ip, 64), strict=False))
    return address


class WindowThrottle(SimpleRateThrottle):
    """A limit of `rate` requests of one identity in a fixed window.

    DRF's throttle reads, appends and writes, so parallel requests pass together
    (encode/django-rest-framework#8127). If Redis is unavailable, the request passes: a service
    without logins is worse than an uncounted login, which still costs a hash (ADR 9).
    """

    is_shown = False
    """Whether the answer says how many requests are left. For a login it would tell a guesser."""

    cache: CacheOnRedis
    num_requests: int
    duration: int

    def get_cache_key(self, request: Request, view: object) -> str | None:
        """Return the name of the counter of this identity and window."""
        identity, window = self.identity(request), int(time.time() // self.duration)
        return identity and f"throttle:{self.scope}:{identity}:{window}"

    def identity(self, request: Request) -> str | None:
        """Return the identity whose requests are counted, or None to count none.

        Redis stores it, so it must not contain personal data.
        """
        return network(self.get_ident(request))

    def allow_request(self, request: Request, view: object) -> bool:
        key = self.get_cache_key(request, view)
        if key is None:
            return True
        try:
            count = self.cache.count(key, seconds=self.duration)
        except RedisError as error:
            logger.warning("Redis did not count a request: %s", type(error).__name__)
            return True
        if self.is_shown:
            left = max(0, self.num_requests - count)
            show(request._request, RateLimit(self.num_requests, left, math.ceil(self.wait())))
        return bool(count <= self.num_requests)

    def wait(self) -> float:
        return self.duration - time.time() % self.duration


class UserThrottle(WindowThrottle):
    """A limit for all requests of one user, from any number of clients."""

    def identity(self, request: Request) -> str | None:
        return f"user-{request.user.pk}"


class LoginThrottle(WindowThrottle):
    """The limit THROTTLE_LOGIN."""

    scope = "login"


class ResetThrottle(WindowThrottle):
    """The limit THROTTLE_RESET."""

    scope = "reset"


class RegisterThrottle(WindowThrottle):
    """The limit THROTTLE_REGISTER."""

    scope = "register"


class UploadThrottle(UserThrottle):
    """The limit THROTTLE_UPLOAD."""

    is_shown = True
    scope = "upload"


class CancelThrottle(UserThrottle):
    """The limit THROTTLE_CANCEL."""

    is_shown = True
    scope = "cancel"

"""The headers `RateLimit-*`, which say how much of a rate limit a client has left.

Their names are those of draft-ietf-httpapi-ratelimit-headers-06, which many clients read.
"""

from collections.abc import Callable, Mapping
from dataclasses import astuple, dataclass
from typing import Final

from django.http import HttpRequest, HttpResponseBase

HEADERS: Final[Mapping[str, str]] = {
    "RateLimit-Limit": "The number of requests in the window of the limit that is used up first.",
    "RateLimit-Remaining": "The number of requests that are left in the window.",
    "RateLimit-Reset": "Seconds until the next window.",
}
"""What each header says."""
_ATTRIBUTE: Final = "rate_limit"


@dataclass(frozen=True)
class RateLimit:
    """The state of one rate limit: requests in the window, those left, seconds until the next."""

    limit: int
    remaining: int
    reset: int


def show(request: HttpRequest, state: RateLimit) -> None:
    """Have the answer show this limit, unless another one has fewer requests left."""
    known: RateLimit | None = getattr(request, _ATTRIBUTE, None)
    if known is None or state.remaining < known.remaining:
        setattr(request, _ATTRIBUTE, state)


class RateLimitMiddleware:
    """Middleware that adds the headers to the answers of requests that count for a limit."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        state: RateLimit | None = getattr(request, _ATTRIBUTE, None)
        if state is not None:
            for name, value in zip(HEADERS, astuple(state), strict=True):
                response[name] = str(value)
        return response

"""The check that the rate limit of logins is high enough for the run."""

import time

import httpx

from loadtest.plan import LOGINS_PER_MINUTE, Properties, planned_logins_per_minute
from loadtest.target import Target
from local.errors import LocalError
from local.say import say

_WINDOW_SECONDS = 60


def require_logins(target: Target, properties: Properties) -> None:
    """Raise a LocalError if the ramp-up would exceed the rate limit.

    The check runs only for a ramp-up that is faster than the default, because its requests count as
    logins and the run then waits for the next window.
    """
    logins = planned_logins_per_minute(properties)
    if logins <= LOGINS_PER_MINUTE:
        return
    allowed = _allowed_logins(target, logins)
    if allowed < logins:
        raise LocalError(
            f"{properties['users']} users within {properties['ramp_up']} s are {logins} logins a"
            f" minute, but {target.url} answered 429 after {allowed}; start the system with"
            f" THROTTLE_LOGIN={2 * logins}/min, or leave out -Jramp_up"
        )
    wait = _WINDOW_SECONDS - time.time() % _WINDOW_SECONDS
    say(f"the system allows {logins} logins a minute; waiting {wait:.0f} s for the next window")
    time.sleep(wait)


def _allowed_logins(target: Target, logins: int) -> int:
    """Return the number of logins before the first 429. Empty logins compute no password hash."""
    with httpx.Client(base_url=target.url, trust_env=False, timeout=30) as http:
        for number in range(logins):
            if http.post("/api/v1/auth/login/", json={}).status_code == 429:
                return number
    return logins

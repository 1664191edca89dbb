"""Whether the system lets as many log in as the run is going to."""

import time

import httpx

from loadtest.plan import LOGINS_PER_MINUTE, Properties, planned_logins_per_minute
from loadtest.target import Target
from local.errors import LocalError
from local.say import say

_WINDOW_SECONDS = 60


def require_logins(target: Target, properties: Properties) -> None:
    """LocalError when the ramp-up would meet a 429.

    Asked only for a ramp-up that is steeper than the default: the requests count as logins
    themselves, and the run has to wait for the next window.
    """
    logins = planned_logins_per_minute(properties)
    if logins <= LOGINS_PER_MINUTE:
        return
    passed = _passed(target, logins)
    if passed < logins:
        raise LocalError(
            f"{properties['users']} users within {properties['ramp_up']} s are {logins} logins a"
            f" minute, but {target.url} refused with 429 after {passed}; start it with"
            f" THROTTLE_LOGIN={2 * logins}/min, or leave out -Jramp_up"
        )
    wait = _WINDOW_SECONDS - time.time() % _WINDOW_SECONDS
    say(f"{logins} logins a minute are let pass; waiting {wait:.0f} s for the next window")
    time.sleep(wait)


def _passed(target: Target, logins: int) -> int:
    """How many empty logins are not refused; they cost no password hash."""
    with httpx.Client(base_url=target.url, trust_env=False, timeout=30) as http:
        for number in range(logins):
            if http.post("/api/auth/login/", json={}).status_code == 429:
                return number
    return logins

"""The properties of the test plan, which a run sets with -J."""

import math
from collections.abc import Mapping
from pathlib import Path

from local.site import ROOT

PLAN = ROOT / "jmeter" / "python_api_performance_test.jmx"

ENDPOINTS = (
    "POST auth/login",
    "POST keys",
    "POST auth/refresh",
    "POST register",
    "GET users",
    "GET users?search",
    "POST users",
    "GET users/{id}",
    "PATCH users/{id}",
    "DELETE users/{id}",
    "POST imports",
    "GET imports/{id}",
)
"""The names of the plan's requests, in the order of the report."""

ADJUSTABLE = frozenset({
    "ramp_up", "loops", "register_loops", "throughput", "register_throughput", "think_min",
    "think_range", "share_browse", "share_change", "share_delete", "share_refresh",
    "share_import", "polls", "poll_pause", "connect_timeout", "response_timeout",
})  # fmt: skip
"""The properties that -J may set. The run sets the others (users, duration, host, data, ...)."""

LOGINS_PER_MINUTE = 25
"""A rate below the default THROTTLE_LOGIN that leaves room for the superuser's login."""

_PER_USER_A_MINUTE = 90
_SMOKE_USERS = 3

type Properties = Mapping[str, str]


def load_properties(*, users: int, duration: int, ramp_up: int | None = None) -> Properties:
    """Return the properties of a run with all users for `duration` seconds after the ramp-up.

    The default ramp-up stays below the default THROTTLE_LOGIN.
    """
    if ramp_up is None:
        ramp_up = math.ceil(users * 60 / LOGINS_PER_MINUTE)
    return {
        "users": str(users),
        "ramp_up": str(ramp_up),
        "duration": str(ramp_up + duration),
        "throughput": str(users * _PER_USER_A_MINUTE),
        "register_throughput": "20",
        "share_import": "3",
    }


def smoke_properties() -> Properties:
    """Return the properties of a few loops with every request and no limit of the throughput."""
    shares = ("share_browse", "share_change", "share_refresh", "share_import")
    return {
        **dict.fromkeys(shares, "100"),
        "users": str(_SMOKE_USERS),
        "ramp_up": str(_SMOKE_USERS),
        "duration": "90",
        "loops": "3",
        "register_loops": "3",
        "throughput": "60000",
        "register_throughput": "60",
        "think_range": "200",
        "poll_pause": "200",
    }


def run_properties(
    properties: Properties, *, protocol: str, host: str, port: int, folder: Path, prefix: str
) -> Properties:
    """Return the properties completed with those of one run and one system."""
    return {
        **properties,
        "protocol": protocol,
        "host": host,
        "port": str(port),
        "data": str(folder),
        "prefix": prefix,
    }


def planned_logins_per_minute(properties: Properties) -> int:
    """Return the number of logins in the busiest minute."""
    users, ramp_up = int(properties["users"]), float(properties["ramp_up"])
    return math.ceil(users * min(1.0, 60 / ramp_up)) if ramp_up else users


def goal_per_second(properties: Properties) -> float | None:
    """Return the goal of all threads in requests per second, or None if loops are counted."""
    if "loops" in properties:
        return None
    return (float(properties["throughput"]) + float(properties["register_throughput"])) / 60

"""The -J properties of the test plan: what each run gives it."""

import math
from collections.abc import Mapping
from pathlib import Path

from local.site import ROOT

PLAN = ROOT / "jmeter" / "python_api_performance_test.jmx"

ENDPOINTS = (
    "POST auth/login",
    "POST auth/refresh",
    "POST register",
    "GET users",
    "GET users?search",
    "POST users",
    "GET users/{id}",
    "PATCH users/{id}",
    "DELETE users/{id}",
    "POST contacts/upload-csv",
    "GET contacts/task-status/{id}",
)
"""The names of the plan's requests, in the order in which they are reported."""

ADJUSTABLE = frozenset({
    "ramp_up", "loops", "register_loops", "throughput", "register_throughput", "think_min",
    "think_range", "share_browse", "share_change", "share_delete", "share_refresh",
    "share_import", "polls", "poll_pause", "connect_timeout", "response_timeout",
})  # fmt: skip
"""What -J may set. The rest (users, duration, host, data, ...) follows from the run."""

LOGINS_PER_MINUTE = 25
"""So many stay within the default THROTTLE_LOGIN, beside the administrator's."""

_PER_USER_A_MINUTE = 90
_SMOKE_USERS = 3

type Properties = Mapping[str, str]


def load_properties(*, users: int, duration: int, ramp_up: int | None = None) -> Properties:
    """`duration` seconds with all users, after a ramp-up that the default throttle lets pass."""
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
    """Every request in every loop, a few loops, no goal that slows them down."""
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
    """All of them, for one run against one system."""
    return {
        **properties,
        "protocol": protocol,
        "host": host,
        "port": str(port),
        "data": str(folder),
        "prefix": prefix,
    }


def planned_logins_per_minute(properties: Properties) -> int:
    """Of the busiest minute."""
    users, ramp_up = int(properties["users"]), float(properties["ramp_up"])
    return math.ceil(users * min(1.0, 60 / ramp_up)) if ramp_up else users


def goal_per_second(properties: Properties) -> float | None:
    """The throughput that is aimed at, visitors included; None where the loops are counted."""
    if "loops" in properties:
        return None
    return (float(properties["throughput"]) + float(properties["register_throughput"])) / 60

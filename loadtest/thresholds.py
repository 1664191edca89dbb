"""jmeter/thresholds.toml: what a run must keep."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from loadtest.plan import ENDPOINTS
from loadtest.summary import Figures, Summary
from local.errors import LocalError

_KEYS = {"error_ratio", "goal_ratio", "p95_least_requests", "p95_ms"}


@dataclass(frozen=True)
class Thresholds:
    """Each bound is still good itself."""

    error_ratio: float
    goal_ratio: float
    p95_least_requests: float
    p95_ms: Mapping[str, float]


def read_thresholds(path: Path) -> Thresholds:
    """LocalError, with the key, for whatever is missing, unknown or no sensible number."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        _require_keys(content, _KEYS, "")
        p95_ms = _table(content, "p95_ms")
        _require_keys(p95_ms, set(ENDPOINTS), "p95_ms: ")
        return Thresholds(
            error_ratio=_number(content, "error_ratio", most=1),
            goal_ratio=_number(content, "goal_ratio", most=1),
            p95_least_requests=_number(content, "p95_least_requests"),
            p95_ms={label: _number(p95_ms, label) for label in ENDPOINTS},
        )
    except (OSError, TypeError, ValueError) as error:
        raise LocalError(f"{path}: {error}") from error


def _require_keys(content: Mapping[str, Any], keys: set[str], where: str) -> None:
    if missing := keys - content.keys():
        raise ValueError(f"{where}missing: {', '.join(sorted(missing))}")
    if unknown := content.keys() - keys:
        raise ValueError(f"{where}unknown: {', '.join(sorted(unknown))}")


def _table(content: Mapping[str, Any], key: str) -> dict[str, Any]:
    value = content[key]
    if not isinstance(value, dict):
        raise TypeError(f"{key} must be a table")
    return value


def _number(content: Mapping[str, Any], key: str, *, most: float | None = None) -> float:
    value = content[key]
    if isinstance(value, bool) or not isinstance(value, int | float) or not value >= 0:
        raise ValueError(f"{key} must be a number of at least 0, not {value!r}")
    if most is not None and value > most:
        raise ValueError(f"{key} must be at most {most}, not {value!r}")
    return float(value)


def violations(summary: Summary, thresholds: Thresholds) -> list[str]:
    """One line for each bound that was not kept. An endpoint without a request is one."""
    asked = {figures.label for figures in summary.endpoints}
    lines = [f"{label}: no request" for label in ENDPOINTS if label not in asked]
    for figures in summary.endpoints:
        lines += _of_endpoint(figures, thresholds)
    if summary.goal is not None and summary.reached is not None:
        least = summary.goal * thresholds.goal_ratio
        if summary.reached < least:
            lines.append(f"throughput: {summary.reached:.1f}/s, at least {least:.1f}/s wanted")
    return lines


def _of_endpoint(figures: Figures, thresholds: Thresholds) -> list[str]:
    lines = []
    if fails_too_often(figures, thresholds):
        lines.append(
            f"{figures.label}: {figures.errors} of {figures.requests} requests failed,"
            f" at most {thresholds.error_ratio:.2%} may"
        )
    if figures.label not in thresholds.p95_ms:
        lines.append(f"{figures.label}: the plan has a request that no threshold is for")
    elif is_late(figures, thresholds):
        bound = thresholds.p95_ms[figures.label]
        lines.append(f"{figures.label}: p95 is {figures.p95} ms, at most {bound:g} ms allowed")
    return lines


def is_late(figures: Figures, thresholds: Thresholds) -> bool:
    """Whether its p95 is above its bound, and of enough requests to say so."""
    if figures.requests < thresholds.p95_least_requests:
        return False
    return figures.p95 > thresholds.p95_ms[figures.label]


def fails_too_often(figures: Figures, thresholds: Thresholds) -> bool:
    """Whether more requests failed than may."""
    return figures.error_ratio > thresholds.error_ratio

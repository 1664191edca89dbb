"""The thresholds of a run, from jmeter/thresholds.toml."""

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
    """The limits of a run. A value that equals its limit is within it."""

    error_ratio: float
    goal_ratio: float
    p95_least_requests: float
    p95_ms: Mapping[str, float]


def read_thresholds(path: Path) -> Thresholds:
    """Read the file. LocalError with the key if a value is missing, unknown or out of range."""
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
        raise ValueError(f"{where}missing keys: {', '.join(sorted(missing))}")
    if unknown := content.keys() - keys:
        raise ValueError(f"{where}unknown keys: {', '.join(sorted(unknown))}")


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
    """Return a line for each threshold that was not met, and for each endpoint without requests."""
    requested = {figures.label for figures in summary.endpoints}
    lines = [f"{label}: no request was sent" for label in ENDPOINTS if label not in requested]
    for figures in summary.endpoints:
        lines += _endpoint_violations(figures, thresholds)
    if summary.goal is not None and summary.reached is not None:
        minimum = summary.goal * thresholds.goal_ratio
        if summary.reached < minimum:
            lines.append(
                f"throughput: {summary.reached:.1f} requests/s, but the minimum is {minimum:.1f}"
            )
    return lines


def _endpoint_violations(figures: Figures, thresholds: Thresholds) -> list[str]:
    lines = []
    if fails_too_often(figures, thresholds):
        lines.append(
            f"{figures.label}: {figures.errors} of {figures.requests} requests failed,"
            f" but the limit is {thresholds.error_ratio:.2%}"
        )
    if figures.label not in thresholds.p95_ms:
        lines.append(f"{figures.label}: thresholds.toml has no p95_ms for this request; add one")
    elif is_late(figures, thresholds):
        limit = thresholds.p95_ms[figures.label]
        lines.append(f"{figures.label}: p95 is {figures.p95} ms, but the limit is {limit:g} ms")
    return lines


def is_late(figures: Figures, thresholds: Thresholds) -> bool:
    """Return whether the p95 is above its limit and there are enough requests for a p95."""
    if figures.requests < thresholds.p95_least_requests:
        return False
    return figures.p95 > thresholds.p95_ms[figures.label]


def fails_too_often(figures: Figures, thresholds: Thresholds) -> bool:
    """Return whether the share of failed requests is above the limit."""
    return figures.error_ratio > thresholds.error_ratio

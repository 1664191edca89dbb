"""Facts of the whole system, read at each scrape from where the truth is.

A source that is away or frozen costs its own facts, never the scrape.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import partial

from django.db import connection
from prometheus_client import Metric
from prometheus_client.metrics_core import GaugeMetricFamily

from core.health.probes import Probes

logger = logging.getLogger(__name__)

type Facts = Callable[[], Iterable[Metric]]

_facts: dict[str, list[Facts]] = defaultdict(list)
_probes: Probes[list[Metric]] = Probes()


def register(source: str, facts: Facts) -> None:
    """Read these facts from this source, one of `database`, `redis`, `storage`, at each scrape."""
    _facts[source].append(facts)
    _probes.add(source, partial(_read, source))


def _read(source: str) -> list[Metric]:
    try:
        return [metric for facts in _facts[source] for metric in facts()]
    finally:
        connection.close()


class Sources:
    """Everything that is registered, and whether it could be had."""

    def collect(self) -> Iterable[Metric]:
        """What answered in time."""
        answers, failing = _probes.ask()
        text = "Whether the source of these facts answered in time."
        up = GaugeMetricFamily("accounts_metrics_source_up", text, labels=["source"])
        for source, reason in failing.items():
            logger.warning("no metrics from the %s: %s", source, reason)
        for source in _facts:
            up.add_metric([source], source not in failing)
        yield up
        for metrics in answers.values():
            yield from metrics

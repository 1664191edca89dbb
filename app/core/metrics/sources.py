"""Metrics of the whole system, read at each scrape from their source of truth.

If a source is unavailable or frozen, only its own metrics are missing.
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
    """Call `facts` at each scrape. `source` is `database`, `redis` or `storage`."""
    _facts[source].append(facts)
    _probes.add(source, partial(_read, source))


def _read(source: str) -> list[Metric]:
    try:
        return [metric for facts in _facts[source] for metric in facts()]
    finally:
        connection.close()


class Sources:
    """A collector of the registered metrics, and of the availability of their sources."""

    def collect(self) -> Iterable[Metric]:
        """Yield the metrics of the sources that answered in time."""
        answers, failing = _probes.run()
        text = "Whether the source of these metrics answered in time."
        up = GaugeMetricFamily("accounts_metrics_source_up", text, labels=["source"])
        for source, reason in failing.items():
            logger.warning("The %s returned no metrics: %s", source, reason)
        for source in _facts:
            up.add_metric([source], source not in failing)
        yield up
        for metrics in answers.values():
            yield from metrics

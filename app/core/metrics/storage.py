"""Metrics of the storage of uploads."""

from collections.abc import Iterable

from prometheus_client import Metric
from prometheus_client.metrics_core import GaugeMetricFamily

from core.storage.base import file_storage


def storage_facts() -> Iterable[Metric]:
    """Yield the size and the free space of the file system of uploads. A bucket has none.

    Raises OSError if uploads cannot be stored.
    """
    storage = file_storage()
    storage.probe()
    if usage := storage.usage():
        size, free = "accounts_storage_size_bytes", "accounts_storage_free_bytes"
        yield GaugeMetricFamily(size, "Size of the file system of uploads.", value=usage.size)
        yield GaugeMetricFamily(free, "Free space of the file system of uploads.", value=usage.free)

"""Metrics of the storage of uploads."""

import shutil
from collections.abc import Iterable

from django.conf import settings
from prometheus_client import Metric
from prometheus_client.metrics_core import GaugeMetricFamily

from core.health.health import probe_storage


def storage_facts() -> Iterable[Metric]:
    """Yield the size and the free space of the file system of uploads.

    Raises OSError if uploads cannot be stored.
    """
    probe_storage()
    usage = shutil.disk_usage(settings.INCOMING_DIR)
    size, free = "accounts_storage_size_bytes", "accounts_storage_free_bytes"
    yield GaugeMetricFamily(size, "Size of the file system of uploads.", value=usage.total)
    yield GaugeMetricFamily(free, "Free space of the file system of uploads.", value=usage.free)

"""The room that is left for uploads."""

import shutil
from collections.abc import Iterable

from django.conf import settings
from prometheus_client import Metric
from prometheus_client.metrics_core import GaugeMetricFamily

from core.health.health import probe_storage


def storage_facts() -> Iterable[Metric]:
    """Size and free room of the file system that uploads come to; OSError where none can."""
    probe_storage()
    usage = shutil.disk_usage(settings.INCOMING_DIR)
    size, free = "accounts_storage_size_bytes", "accounts_storage_free_bytes"
    yield GaugeMetricFamily(size, "Size of the file system of uploads.", value=usage.total)
    yield GaugeMetricFamily(free, "What is free of it.", value=usage.free)

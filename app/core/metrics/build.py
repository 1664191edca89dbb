"""The metric of the version."""

import platform
from collections.abc import Iterable

import django
from django.conf import settings
from prometheus_client import Metric
from prometheus_client.metrics_core import GaugeMetricFamily

from core import __version__


class BuildInfo:
    """A collector of a constant 1 whose labels are the versions."""

    def collect(self) -> Iterable[Metric]:
        labels = {
            "version": __version__,
            "revision": settings.BUILD_REVISION,
            "python_version": platform.python_version(),
            "django_version": django.get_version(),
        }
        info = GaugeMetricFamily(
            "accounts_build_info",
            "The running versions, as labels. Always 1.",
            labels=list(labels),
        )
        info.add_metric(list(labels.values()), 1)
        yield info

"""The project: settings, URLs, processes, and code that all apps share."""

import gc

# Modules are never garbage, and to look for some takes a third of the start. CoreConfig.ready()
# turns the collector on: see benchmarks/start.py.
gc.disable()

# The release. pyproject.toml, Dockerfile and CHANGELOG.md repeat it, and tests/unit/test_release.py
# compares them.
__version__ = "1.0.0"

from core.celery import app as celery_app  # noqa: E402

__all__ = ["celery_app"]

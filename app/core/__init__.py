"""The project: settings, URLs, processes, and code that all apps share."""

# The release. pyproject.toml, Dockerfile and CHANGELOG.md repeat it, and tests/unit/test_release.py
# compares them.
__version__ = "1.0.0"

from core.celery import app as celery_app

__all__ = ["celery_app"]

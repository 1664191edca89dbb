"""The project: settings, URLs, processes, and what every app shares."""

# The release. pyproject.toml, Dockerfile and CHANGELOG.md repeat it; tests/unit/test_release.py
# compares them.
__version__ = "1.0.0"

from core.celery import app as celery_app

__all__ = ["celery_app"]

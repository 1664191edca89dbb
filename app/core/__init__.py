"""The project: settings, URLs, processes, and what every app shares."""

from core.celery import app as celery_app

__all__ = ["celery_app"]

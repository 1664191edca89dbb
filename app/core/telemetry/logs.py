"""The log: JSON lines, or text in a terminal, with the ids of the request or task."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from logging.config import dictConfig
from typing import Any

from pythonjsonlogger.core import RESERVED_ATTRS

from core import env
from core.telemetry.database_errors import DatabaseErrorFilter
from core.telemetry.traces import current_trace_id

_NOT_LOGGED = ("ids", "request", "data")
"""Attributes of records. Django and Celery store whole objects in them, with the query."""
_ids: ContextVar[dict[str, str]] = ContextVar("log_ids")


@contextmanager
def context(**ids: str) -> Iterator[None]:
    """Add these ids, and no ids of an outer context, to each log line of the body."""
    token = _ids.set(ids)
    try:
        yield
    finally:
        _ids.reset(token)


def bind(**ids: object) -> None:
    """Add these ids to the following log lines of the request or task, if there is one."""
    if (current := _ids.get(None)) is not None:
        current.update({name: str(value) for name, value in ids.items()})


class IdsFilter(logging.Filter):
    """A filter that adds the ids of the context to each record."""

    def filter(self, record: logging.LogRecord) -> bool:
        ids = {"trace_id": current_trace_id(), **_ids.get({})}
        record.__dict__.update(ids)
        record.ids = " ".join(f"{name}={value}" for name, value in ids.items())
        return True


def configure(settings: dict[str, Any]) -> None:
    """Configure logging, Python's warnings included: Django's LOGGING_CONFIG."""
    dictConfig(settings)
    logging.captureWarnings(capture=True)


def configuration() -> dict[str, Any]:
    """Return the configuration for dictConfig, with LOG_FORMAT and LOG_LEVEL."""
    default = "text" if sys.stderr.isatty() else "json"
    formatter = env.choice("LOG_FORMAT", default, {"json", "text"})
    level = env.choice("LOG_LEVEL", "INFO", {"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"})
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"ids": {"()": IdsFilter}, "database_errors": {"()": DatabaseErrorFilter}},
        "formatters": {
            "json": {
                "()": "pythonjsonlogger.json.JsonFormatter",
                "fmt": ["levelname", "name", "message"],
                "timestamp": True,
                "rename_fields": {"levelname": "level", "name": "logger", "exc_info": "exception"},
                "reserved_attrs": [*RESERVED_ATTRS, *_NOT_LOGGED],
            },
            "text": {"format": "{asctime} {levelname} {name} {message} [{ids}]", "style": "{"},
        },
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": formatter,
                "filters": ["ids", "database_errors"],
            }
        },
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # A WARNING is a line for each 4xx, which accounts.requests logs already.
            "django.request": {"level": "ERROR"},
            "gunicorn.error": {"propagate": True},  # instead of a handler of its own
        },
    }  # fmt: skip

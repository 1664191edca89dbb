"""The HTTP listener at METRICS_BIND, where a Celery worker or beat serves its metrics."""

import os
from typing import Any
from wsgiref.simple_server import WSGIServer

from django.conf import settings
from prometheus_client import start_http_server

from core.metrics import service
from core.metrics.page import own_registry

_servers: list[WSGIServer] = []


def listen(**_: Any) -> None:
    """Serve the metrics in a thread of the main process.

    If the port is in use, Celery logs the error and continues.
    """
    if settings.METRICS_BIND is not None:
        host, port = settings.METRICS_BIND
        server, _thread = start_http_server(port, host, registry=own_registry())
        _servers.append(server)


def close_in_child(**_: Any) -> None:
    """Close the listener in a child process, which may outlive the main process."""
    if os.getpid() == service.main_pid():  # a worker without child processes
        return
    while _servers:
        _servers.pop().socket.close()

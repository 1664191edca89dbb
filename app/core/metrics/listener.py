"""The address where a worker or the scheduler shows its own values: METRICS_BIND."""

import os
from typing import Any
from wsgiref.simple_server import WSGIServer

from django.conf import settings
from prometheus_client import start_http_server

from core.metrics import service
from core.metrics.page import own_registry

_servers: list[WSGIServer] = []


def listen(**_: Any) -> None:
    """In a thread of the main process. Where the address is taken, Celery logs it and works on."""
    if settings.METRICS_BIND is not None:
        host, port = settings.METRICS_BIND
        server, _thread = start_http_server(port, host, registry=own_registry())
        _servers.append(server)


def leave_to_main(**_: Any) -> None:
    """A child that outlives its main process must not hold the address."""
    if os.getpid() == service.main_pid():  # a worker without children
        return
    while _servers:
        _servers.pop().socket.close()

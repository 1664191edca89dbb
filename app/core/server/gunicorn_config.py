"""gunicorn's configuration, the same in run_local.sh and in the container."""

from gunicorn.arbiter import Arbiter

from core import env
from core.metrics import service
from core.server import listeners, sizing
from core.telemetry import logs

bind = env.text("WEB_BIND", "127.0.0.1:8000")
workers = sizing.WORKERS
threads = sizing.THREADS
worker_class = "core.server.gunicorn_worker.Worker"
# An upload of 5 GB over a slow line is one request: the time limit is the proxy's, not gunicorn's.
timeout = 60
graceful_timeout = 20
keepalive = 65
# A leak's remedy only: a new process takes a second of a core from the others.
max_requests = 500_000
max_requests_jitter = 50_000
control_socket_disable = True
# Larger ones are refused by the proxy, in the API's shape; gunicorn's own answers are HTML.
limit_request_line = 8190
limit_request_fields = 2000
accesslog = None
logconfig_dict = logs.configuration()


def when_ready(server: Arbiter) -> None:
    """The listeners are open."""
    for listener in server.LISTENERS:
        listeners.defer_accept(listener.sock, seconds=5)
        listeners.set_socket_timeouts(listener.sock, seconds=30)


def on_starting(server: Arbiter) -> None:
    """Metrics of an earlier start are gone before the first worker makes new ones."""
    service.begin()

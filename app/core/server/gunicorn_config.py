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
# Not a limit for a request: an upload of 5 GB over a slow line is one request. nginx limits those.
timeout = 60
graceful_timeout = 20
keepalive = 65
# Against memory leaks only: a new process takes a second of CPU time from the others.
max_requests = 500_000
max_requests_jitter = 50_000
control_socket_disable = True
# A worker that is started while the disk is full needs a temporary file too.
worker_tmp_dir = service.memory_folder()
# nginx rejects larger ones first, with an error in the API's format. gunicorn's errors are HTML.
limit_request_line = 8190
limit_request_fields = 2000
accesslog = None
logconfig_dict = logs.configuration()


def when_ready(server: Arbiter) -> None:
    """Set the options of the listening sockets."""
    for listener in server.LISTENERS:
        listeners.defer_accept(listener.sock, seconds=5)
        listeners.set_socket_timeouts(listener.sock, seconds=30)


def on_starting(server: Arbiter) -> None:
    """Delete the metrics of an earlier start before the first worker writes new ones."""
    service.begin()

"""gunicorn's worker class of this service: its threaded worker with four changes."""

from core.server.buffered_socket import BufferedResponseWorker
from core.server.closing import ClosingThreadsWorker
from core.server.health_thread import HealthThreadWorker
from core.server.parse_errors import PrivateErrorsWorker


class Worker(HealthThreadWorker, ClosingThreadsWorker, BufferedResponseWorker, PrivateErrorsWorker):
    """The worker with all four changes. The module of each change gives its reason."""

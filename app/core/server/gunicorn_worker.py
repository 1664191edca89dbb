"""gunicorn's worker class of this service: its threaded worker with five changes."""

from core.server.buffered_socket import BufferedResponseWorker
from core.server.closing import ClosingThreadsWorker
from core.server.health_thread import HealthThreadWorker
from core.server.parse_errors import PrivateErrorsWorker
from core.server.stopping import LosslessStopWorker


class Worker(
    HealthThreadWorker,
    ClosingThreadsWorker,
    BufferedResponseWorker,
    PrivateErrorsWorker,
    LosslessStopWorker,
):
    """The worker with all five changes. The module of each change gives its reason."""

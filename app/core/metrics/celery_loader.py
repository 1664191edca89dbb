"""Celery's loader, with the actions that a worker or beat takes before it loads the apps."""

from celery.loaders.app import AppLoader

from core.metrics import service


class Loader(AppLoader):
    """A loader whose init_worker() is called by `celery worker` and `celery beat` only."""

    def init_worker(self) -> None:
        """Delete the metrics of an earlier start before the first new one is written."""
        if not self.worker_initialized:  # child processes call this again
            service.begin()
        super().init_worker()

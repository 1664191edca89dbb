"""Celery's loader, for what has to happen before a worker or the scheduler loads the apps."""

from celery.loaders.app import AppLoader

from core.metrics import service


class Loader(AppLoader):
    """`celery worker` and `celery beat` call init_worker, `celery call` and the like do not."""

    def init_worker(self) -> None:
        """Metrics of an earlier start are gone before the first new one is made."""
        if not self.worker_initialized:  # each child calls this again
            service.begin()
        super().init_worker()

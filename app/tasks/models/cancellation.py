"""The requests to cancel jobs."""

import uuid

from django.db import models
from django.db.models.functions import Now

from tasks.models.import_job import ImportJob


class Cancellation(models.Model):
    """A request to cancel a job.

    It has its own table, because the row of a job is locked while the job is planned.
    """

    job = models.OneToOneField(
        ImportJob, on_delete=models.CASCADE, primary_key=True, related_name="cancellation"
    )
    requested_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.job_id}"

    @classmethod
    def is_requested(cls, job_id: uuid.UUID) -> bool:
        """Return whether a user has requested to cancel the job."""
        return cls.objects.filter(job_id=job_id).exists()

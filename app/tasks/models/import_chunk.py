"""The chunks of a planned job."""

from django.db import models
from django.db.models import Q

from tasks.models.import_job import ImportJob
from tasks.models.work_item import WorkItem


class ImportChunk(WorkItem):
    """A part of a planned job. Its file has valid rows, loaded in one transaction."""

    class State(models.TextChoices):
        """The states of a chunk.

        The `error_code` says why a chunk is `failed`. No row of a `cancelled` chunk is loaded.
        """

        OPEN = "open"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    OUTCOMES = ("created", "updated", "unchanged", "skipped")

    job = models.ForeignKey(ImportJob, on_delete=models.CASCADE, related_name="chunks")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    file = models.CharField(max_length=255)
    # The stored file that says which rows these are; empty in a chunk of an earlier version.
    index = models.CharField(max_length=255, db_default="", default="")
    rows = models.PositiveIntegerField()
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    # The skipped rows that would have activated users who deactivated their accounts.
    stays_inactive = models.PositiveIntegerField(db_default=0)
    stays_inactive_records = models.BinaryField(db_default=b"")
    # The rows that were rejected while loading, and those of them that are not kept.
    rejected = models.PositiveIntegerField(db_default=0, default=0)
    left_out = models.PositiveIntegerField(db_default=0, default=0)
    rejections = models.JSONField(db_default={}, default=dict)
    rejected_records = models.BinaryField(db_default=b"")
    # See writing/outcome.py.
    user_ids = models.BinaryField(db_default=b"")
    changes = models.BinaryField(db_default=b"")
    # The numbers of the skipped and the unchanged rows. See writing/record_list.py.
    skipped_records = models.BinaryField(default=bytes)
    unchanged_records = models.BinaryField(db_default=b"")
    error_code = models.CharField(max_length=32, blank=True, default="")
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["job", "number"], name="chunk_number_unique"),
        ]
        indexes = [
            models.Index(fields=["published_at"], condition=Q(state="open"), name="chunk_open"),
        ]

    def __str__(self) -> str:
        return f"{self.job_id}/{self.number} ({self.state})"

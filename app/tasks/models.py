"""The truth about imports: jobs, their chunks, and the rows that were refused."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from core.telemetry.traces import parse_traceparent, trace_id_of


class WorkItem(models.Model):
    """A row whose lock is the right to work on it; see lifecycle/attempts.py and recover.py."""

    attempts = models.PositiveSmallIntegerField(default=0)
    published_at = models.DateTimeField(db_default=Now())
    publish_count = models.PositiveSmallIntegerField(default=0)
    started_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True


class ImportJob(WorkItem):
    """One uploaded file on its way; its id is also the Celery id of `process_csv`."""

    class Status(models.TextChoices):
        """Celery's names."""

        PENDING = "PENDING"
        STARTED = "STARTED"
        PROGRESS = "PROGRESS"
        SUCCESS = "SUCCESS"
        FAILURE = "FAILURE"
        REVOKED = "REVOKED"

    class Compression(models.TextChoices):
        """What the CSV was packed in; empty where it was not."""

        GZIP = "gzip"
        ZIP = "zip"

    PLANNABLE = (Status.PENDING, Status.STARTED)
    UNFINISHED = (*PLANNABLE, Status.PROGRESS)
    FINAL = (Status.SUCCESS, Status.FAILURE, Status.REVOKED)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="imports"
    )
    status = models.CharField(max_length=8, choices=Status, default=Status.PENDING)

    file = models.CharField(max_length=255, help_text="Its name in the storage.")
    file_name = models.TextField(help_text="The uploader's name for it; text, never a path.")
    file_size = models.BigIntegerField(help_text="As it was sent.")
    csv_size = models.BigIntegerField(db_default=0, help_text="Unpacked.")
    compression = models.CharField(max_length=4, choices=Compression, blank=True, db_default="")
    sha256 = models.CharField(max_length=64)
    encoding = models.CharField(max_length=32)
    delimiter = models.CharField(max_length=1)
    has_secrets = models.BooleanField(
        db_default=False, help_text="Passwords or their hashes: its files go at its end."
    )
    ignored_columns = models.JSONField(default=list)
    options = models.JSONField(default=dict)
    traceparent = models.CharField(max_length=55, help_text="Of its upload; W3C Trace Context.")

    # Null until planned; the five outcomes are final only when the job is.
    rows = models.BigIntegerField(null=True)
    failed = models.BigIntegerField(default=0)
    passwords = models.BigIntegerField(db_default=0, help_text="Plain ones, to be hashed.")
    # Older versions of the service run during an upgrade, so the column keeps its name.
    rejections = models.JSONField(
        default=dict, db_column="refusals", help_text="The number of rejected rows by code."
    )
    created = models.BigIntegerField(default=0)
    updated = models.BigIntegerField(default=0)
    unchanged = models.BigIntegerField(default=0)
    skipped = models.BigIntegerField(default=0)
    not_loaded = models.BigIntegerField(default=0)
    error_code = models.CharField(max_length=32, blank=True, default="")
    error_message = models.TextField(blank=True, default="", help_text="In English.")
    error_stored = models.JSONField(
        null=True, db_column="error_said", help_text="Message id and parameters; see codes.Message."
    )

    created_at = models.DateTimeField(db_default=Now())
    planned_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    swept_at = models.DateTimeField(null=True, help_text="When its chunk files were removed.")
    expired_at = models.DateTimeField(
        null=True, help_text="When its file and refused rows were removed."
    )

    class Meta:
        indexes = [
            models.Index(fields=["owner", "-created_at"], name="job_history"),
            models.Index(
                fields=["published_at"],
                condition=Q(status__in=["PENDING", "STARTED", "PROGRESS"]),
                name="job_unfinished",
            ),
            models.Index(
                fields=["finished_at"],
                condition=Q(swept_at=None, finished_at__isnull=False),
                name="job_unswept",
            ),
            models.Index(
                fields=["finished_at"],
                condition=Q(expired_at=None, finished_at__isnull=False),
                name="job_unexpired",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="job_rows_sum",
                condition=Q(finished_at=None)
                | Q(rows=None)
                | Q(
                    rows=F("failed")
                    + F("created")
                    + F("updated")
                    + F("unchanged")
                    + F("skipped")
                    + F("not_loaded")
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.status})"

    @property
    def trace_id(self) -> str:
        """Of its upload: 32 hexadecimal digits, or `-`."""
        return trace_id_of(parse_traceparent(self.traceparent))


class ImportChunk(WorkItem):
    """A part of a planned job: clean rows in a file, loaded in one transaction."""

    class State(models.TextChoices):
        """`failed`: it cannot be loaded; `error_code` says why. `cancelled`: it was not begun."""

        OPEN = "open"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    OUTCOMES = ("created", "updated", "unchanged", "skipped")

    job = models.ForeignKey(ImportJob, on_delete=models.CASCADE, related_name="chunks")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    file = models.CharField(max_length=255)
    rows = models.PositiveIntegerField()
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    skipped_records = models.BinaryField(default=bytes, help_text="See writing/skipped.py.")
    unchanged_records = models.BinaryField(db_default=b"", help_text="The same.")
    error_code = models.CharField(max_length=32, blank=True, default="", help_text="Where failed.")
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


class ImportRowError(models.Model):
    """A record that was refused, with the first reason found; its message is made when shown."""

    pk = models.CompositePrimaryKey("job", "record")
    # No constraint in the database: checking it would cost a file of bad rows one query a row.
    job = models.ForeignKey(
        ImportJob, on_delete=models.CASCADE, related_name="row_errors", db_constraint=False
    )
    record = models.BigIntegerField()
    line = models.BigIntegerField()
    column = models.CharField(max_length=32)
    code = models.CharField(max_length=32)
    detail = models.CharField(max_length=32)
    value = models.TextField()

    def __str__(self) -> str:
        return f"{self.job_id} line {self.line}: {self.code}"


class Cancellation(models.Model):
    """Somebody asked for the job to be cancelled.

    A row of its own, because the job's is locked while it is planned.
    """

    job = models.OneToOneField(
        ImportJob, on_delete=models.CASCADE, primary_key=True, related_name="cancellation"
    )
    requested_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.job_id}"

    @classmethod
    def is_asked(cls, job_id: uuid.UUID) -> bool:
        """Whether somebody did for this job."""
        return cls.objects.filter(job_id=job_id).exists()


class IdempotencyKey(models.Model):
    """What a user called an upload, so that sending it again gives the same job."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64, help_text="Of the file's hash and the options.")
    job = models.ForeignKey(ImportJob, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "key"], name="idempotency_key_unique"),
        ]

    def __str__(self) -> str:
        return self.key

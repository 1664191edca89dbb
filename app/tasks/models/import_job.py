"""The job of an uploaded file."""

import uuid
from typing import Literal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.fields.json import KT
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from core.telemetry.traces import parse_traceparent, trace_id_of
from tasks.models.work_item import WorkItem
from tasks.reading.header_columns import SUPERUSERS_FIELD
from tasks.reading.workbook import WORKBOOKS

type Outcome = Literal["complete", "partial", "nothing"]


class ImportJob(WorkItem):
    """One uploaded file and its import. Its id is also the Celery id of its `process_csv` task."""

    class Status(models.TextChoices):
        """The states of a job, by Celery's names."""

        PENDING = "PENDING", _("Pending")
        STARTED = "STARTED", _("Started")
        PROGRESS = "PROGRESS", _("Progress")
        SUCCESS = "SUCCESS", _("Success")
        FAILURE = "FAILURE", _("Failure")
        REVOKED = "REVOKED", _("Revoked")

    class Compression(models.TextChoices):
        """The form of the uploaded file around its CSV text; empty if it is a plain CSV file."""

        GZIP = "gzip"
        ZIP = "zip"
        XLSX = "xlsx"
        ODS = "ods"

    PLANNABLE = (Status.PENDING, Status.STARTED)
    UNFINISHED = (*PLANNABLE, Status.PROGRESS)
    FINAL = (Status.SUCCESS, Status.FAILURE, Status.REVOKED)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Without a constraint: a deletion of the user would wait until the job is planned. See
    # lifecycle/ownership.py.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="imports",
    )
    status = models.CharField(
        max_length=8,
        choices=Status,
        default=Status.PENDING,
        help_text=_(
            "`PENDING`: the import is queued. `STARTED`: the file is being planned. `PROGRESS`: "
            "its rows are being loaded. `SUCCESS`, `FAILURE` and `REVOKED` (cancelled) are final."
        ),
    )

    file = models.CharField(max_length=255)  # the name of the stored file
    file_name = models.TextField(
        help_text=_("The name of the file on the uploader's computer. It is never used as a path.")
    )
    file_size = models.BigIntegerField(
        help_text=_("The size of the file as it was sent, in bytes.")
    )
    # 0 until the plan, if the file is compressed and intake has read only its beginning.
    csv_size = models.BigIntegerField(
        db_default=0, help_text=_("The size of the decompressed file, in bytes.")
    )
    compression = models.CharField(max_length=4, choices=Compression, blank=True, db_default="")
    # Of a workbook: the imported sheet, the other visible ones, and the stored file with the CSV
    # text of the sheet, which the plan writes.
    sheet = models.TextField(blank=True, db_default="", default="")
    other_sheets = models.JSONField(default=list, db_default=[])
    sheet_file = models.CharField(max_length=255, blank=True, db_default="", default="")
    sha256 = models.CharField(max_length=64)
    encoding = models.CharField(max_length=32)
    # Values and alternatives if the encoding was guessed; see planning/whole_file.py.
    encoding_guess = models.JSONField(null=True)
    delimiter = models.CharField(max_length=1)
    # Null in a job of an earlier version of the service.
    header_line = models.BigIntegerField(
        null=True, help_text=_("The line of the file in which its header begins, counted from 1.")
    )
    # Whether the file has a column of passwords or hashes. It is deleted after the import then.
    has_secrets = models.BooleanField(db_default=False)
    # Whether the uploader was a superuser. Otherwise the column email_verified is ignored.
    trusts_email_verified = models.BooleanField(db_default=False, default=False)
    # The positions of the imported columns, by field. Null in a job of an earlier version of the
    # service, and while only the plan can know it.
    imported_columns = models.JSONField(null=True)
    ignored_columns = models.JSONField(default=list)
    options = models.JSONField(default=dict)
    # In which the mail about the end of the import is written. The option `language` is another
    # one: that of the users who are invited.
    language = models.CharField(max_length=8, db_default="en", default="en")
    traceparent = models.CharField(max_length=55)  # W3C Trace Context of the upload

    # The counts of outcomes are stored when the job ends; `failed` when it is planned.
    rows = models.BigIntegerField(
        null=True, help_text=_("The number of data rows. Null until the file is planned.")
    )
    failed = models.BigIntegerField(default=0, help_text=_("The number of rejected rows."))
    # Rejected rows that are counted but not kept, see IMPORT_MAX_ROW_ERRORS.
    left_out = models.BigIntegerField(db_default=0)
    passwords = models.BigIntegerField(
        db_default=0
    )  # plain ones and digests, which the import hashes
    # The number of rejected rows by code. Older versions of the service run during an upgrade, so
    # this column and `error_said` keep their names.
    rejections = models.JSONField(default=dict, db_column="refusals")
    created = models.BigIntegerField(
        default=0, help_text=_("The number of users that were created.")
    )
    updated = models.BigIntegerField(
        default=0, help_text=_("The number of users that were updated.")
    )
    unchanged = models.BigIntegerField(
        default=0, help_text=_("The number of users that already had the values of their row.")
    )
    skipped = models.BigIntegerField(
        default=0,
        help_text=_(
            "The number of existing users that were skipped: all of them with `create`; with "
            "`upsert` staff, superusers, and users whose own deactivation the row would undo."
        ),
    )
    stays_inactive = models.BigIntegerField(db_default=0)  # see ImportChunk; part of `skipped`
    not_loaded = models.BigIntegerField(
        default=0,
        help_text=_(
            "The number of valid rows that were not imported, because the import failed or "
            "was cancelled."
        ),
    )
    error_code = models.CharField(max_length=32, blank=True, default="")
    error_message = models.TextField(blank=True, default="")  # in English
    error_stored = models.JSONField(null=True, db_column="error_said")  # see codes.Message

    created_at = models.DateTimeField(
        db_default=Now(), help_text=_("The time when the upload was accepted.")
    )
    # The job whose rejected rows this file corrects, if the console made it of them.
    corrects = models.UUIDField(null=True)
    # Null while the job waits for earlier ones of its owner. See lifecycle/fairness.py.
    queued_at = models.DateTimeField(null=True, db_default=Now())
    planned_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(
        null=True, help_text=_("The time when the import ended. Null until then.")
    )
    swept_at = models.DateTimeField(null=True)  # when the chunk files were deleted
    expired_at = models.DateTimeField(
        null=True,
        help_text=_("The time when the file and the rejected rows were deleted. Null until then."),
    )

    class Meta:
        indexes = [
            models.Index(fields=["owner", "-created_at"], name="job_history"),
            models.Index(fields=["-created_at"], name="job_history_of_all"),
            models.Index(
                fields=["corrects"], condition=Q(corrects__isnull=False), name="job_corrections"
            ),
            # Partial, because few imports have a reference.
            models.Index(
                KT("options__client_reference"),
                condition=Q(options__has_key="client_reference"),
                name="job_client_reference",
            ),
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
    def forbidden_fields(self) -> tuple[str, ...]:
        """The fields whose columns are ignored."""
        return () if self.trusts_email_verified else (SUPERUSERS_FIELD,)

    @property
    def is_workbook(self) -> bool:
        """Whether the file is a workbook. Its CSV text is in `sheet_file`."""
        return self.compression in WORKBOOKS

    @property
    def outcome(self) -> Outcome | None:
        """How much of the file is imported; `None` until the end."""
        if self.finished_at is None:
            return None
        if self.status == self.Status.SUCCESS and not self.failed:
            return "complete"
        return (
            "partial" if self.created + self.updated + self.unchanged + self.skipped else "nothing"
        )

    @property
    def trace_id(self) -> str:
        """The trace id of the upload: 32 hexadecimal digits, or `-`."""
        return trace_id_of(parse_traceparent(self.traceparent))

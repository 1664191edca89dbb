"""Files on their way to an import, and remembered mappings of columns."""

import uuid
from typing import Final

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from core.storage.assembly import Assembly
from core.storage.base import file_storage

FOLDER: Final = "uploads"
"""The folder of the files in the storage."""


class Upload(models.Model):
    """A file that a browser sends in parts. It stays until it is imported, or until it expires.

    A dry run leaves the file, so that the import needs no other upload.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    file_name = models.TextField()
    size = models.BigIntegerField(help_text="The size of the whole file in bytes.")
    received = models.BigIntegerField(default=0, help_text="The number of bytes that are here.")
    # Known when the file is complete.
    sha256 = models.CharField(max_length=64, blank=True, default="")
    is_utf8 = models.BooleanField(default=False)
    options = models.JSONField(
        default=dict, help_text="The options that the user has chosen so far, as a job has them."
    )
    # Not a foreign key, because the console must not hold a job back from its deletion.
    job_id = models.UUIDField(null=True, help_text="The last dry run of the file.")
    created_at = models.DateTimeField(db_default=Now())
    changed_at = models.DateTimeField(db_default=Now(), db_index=True)

    def __str__(self) -> str:
        return f"{self.file_name} ({self.received} of {self.size})"

    @property
    def file(self) -> Assembly:
        """The file. No part of its name comes from the client."""
        return file_storage().assembly(f"{FOLDER}/{self.id}")

    @property
    def is_complete(self) -> bool:
        """Whether all bytes are here and measured."""
        return bool(self.sha256)


class RememberedMapping(models.Model):
    """The mapping of columns that a user has chosen for files with these headers."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    headers = models.CharField(max_length=64, help_text="A hash of the normalised headers.")
    columns = models.JSONField(help_text="The option `columns`.")
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "headers"], name="mapping_headers_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.owner_id}: {self.headers[:8]}"

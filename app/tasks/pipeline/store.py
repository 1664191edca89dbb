"""An upload into the storage and its job into PostgreSQL."""

from typing import Any

from django.core.files.storage import default_storage
from django.db import DatabaseError

from core.telemetry.traces import current_traceparent
from tasks.models import ImportJob
from tasks.pipeline import files
from tasks.pipeline.examine import examine
from tasks.pipeline.incoming import IncomingFile
from users_uc.models import User


def store(upload: IncomingFile, *, options: dict[str, Any], owner: User) -> ImportJob:
    """Check what can be seen now, store the file, and commit its job: the caller publishes.

    FileError where the file cannot be imported; nothing is stored then.
    """
    examined = examine(upload, options)
    table = examined.table
    job = ImportJob(
        owner=owner,
        file_name=upload.name or "",
        file_size=upload.size or 0,
        csv_size=examined.csv_size,
        compression=examined.compression,
        sha256=upload.sha256,
        encoding=table.dialect.encoding,
        delimiter=table.dialect.delimiter,
        has_secrets=table.header.has_secrets,
        ignored_columns=list(table.header.ignored),
        options=options,
        traceparent=current_traceparent(),
    )
    job.file = default_storage.save(files.original_name(job.id), upload)
    try:
        job.save(force_insert=True)
    except DatabaseError:
        default_storage.delete(job.file)
        raise
    return job

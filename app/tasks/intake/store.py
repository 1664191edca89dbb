"""The last step of intake: store the file, then commit its job."""

from typing import Any
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import InterfaceError, OperationalError
from django.utils.translation import get_language

from core.failpoints import failpoint
from core.http.language import CODES
from core.storage.base import StorageAwayError
from core.storage.removal import log_failed_removal
from core.telemetry.traces import current_traceparent
from tasks import files
from tasks.intake.admission import Admission, admit, forbidden_fields
from tasks.intake.examine import examine
from tasks.intake.incoming import IncomingFile
from tasks.models import ImportJob
from tasks.options import Options
from tasks.reading import workbook
from tasks.reading.table import Table
from users_uc.attribute_queries import declared_attributes
from users_uc.models import User


def store(
    upload: IncomingFile,
    *,
    options: Options,
    owner: User,
    key: str | None = None,
    corrects: UUID | None = None,
) -> Admission:
    """Examine the upload, store its file and commit its job. The caller publishes the job.

    `corrects` is the job whose rejected rows the file corrects. Raises `ImportRefused` if the
    upload is not accepted. Nothing is stored then.
    """
    marker = files.storing_marker(upload.job_id)
    default_storage.save(marker, ContentFile(b""))
    try:
        job = _examined_job(upload, options, owner)
        job.corrects = corrects
        job.file = upload.keep()
        failpoint("stored")
        admission = admit(job, owner, key=key)
    except (OperationalError, InterfaceError, StorageAwayError):
        raise  # The job may be committed. If it is not, sweep removes the file.
    except Exception:
        files.remove_upload(upload.job_id)
        raise
    with log_failed_removal(marker):
        if not admission.new:
            files.remove_tree(files.job_folder(upload.job_id))
        default_storage.delete(marker)
    return admission


def _examined_job(upload: IncomingFile, options: Options, owner: User) -> ImportJob:
    """Return the job of the upload, not saved. Raises `ImportRefused`."""
    forbidden = forbidden_fields(owner, options)
    rules = options.header_rules(declared_attributes(), forbidden)
    examined = examine(upload, options, rules)
    return ImportJob(
        id=upload.job_id,
        owner=owner,
        file_name=upload.name or "",
        file_size=upload.size or 0,
        csv_size=examined.csv_size,
        compression=examined.compression,
        sheet=examined.sheet,
        other_sheets=examined.other_sheets,
        sha256=upload.sha256,
        trusts_email_verified=not forbidden,
        **_facts_of(examined.table),
        options=options.to_store(),
        language=get_language() or CODES[0],
        traceparent=current_traceparent(),
    )


def _facts_of(table: Table | None) -> dict[str, Any]:
    """Return the fields of a job that the table decides. The plan sets them again.

    A workbook that was not read may have secrets.
    """
    if table is None:
        dialect = {"encoding": workbook.ENCODING, "delimiter": workbook.DELIMITER}
        return dialect | {"has_secrets": True}
    return {
        "encoding": table.dialect.encoding,
        "delimiter": table.dialect.delimiter,
        "header_line": table.header_record.line,
        "has_secrets": table.header.has_secrets,
        "imported_columns": table.header.columns,
        "ignored_columns": list(table.header.ignored),
    }

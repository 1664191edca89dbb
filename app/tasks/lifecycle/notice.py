"""The log line about the end of a job, the mail of the option `notify`, and the signal."""

import logging
from functools import partial
from typing import Final

from django.db import transaction
from django.utils import timezone, translation

from core.http.language import number
from tasks.messages import job_error
from tasks.models import ImportJob
from tasks.options import Options
from tasks.signals import import_finished
from users_uc.mail.notices import add_import_notice

logger = logging.getLogger(__name__)

_COUNTS: Final = ("rows", "created", "updated", "unchanged", "skipped", "failed", "not_loaded")
_NAME_MAX_LENGTH: Final = 100


def announce_end(job: ImportJob) -> None:
    """Add the mail and report the end of the job, and log the end after the commit."""
    _notify_owner(job)
    import_finished.send(ImportJob, job=job)
    transaction.on_commit(partial(_log, job))


def _log(job: ImportJob) -> None:
    counts = {name: getattr(job, name) or 0 for name in _COUNTS}
    ended_at = job.finished_at or timezone.now()
    seconds = round((ended_at - job.created_at).total_seconds(), 3)
    in_words = ", ".join(f"{name} {count}" for name, count in counts.items() if count)
    logger.info(
        "Import %s has ended after %s s: %s, %s. %s",
        *(job.id, seconds, job.status, job.outcome, in_words or "no rows"),
        extra={"job_id": str(job.id), "status": job.status, "seconds": seconds, "counts": counts},
    )


def _notify_owner(job: ImportJob) -> None:
    """Add the mail about the end of the job, in the transaction that ends the job."""
    options = Options.from_json(job.options)
    if not options.notify or job.owner_id is None:
        return
    with translation.override(job.language):
        context = {
            "file_name": _in_one_line(job.file_name),
            "status": job.status,
            "dry_run": options.dry_run,
            "counts": {name: number(value) for name in _COUNTS if (value := getattr(job, name))},
            "error": job_error(job),
        }
    add_import_notice(job.owner_id, import_id=job.id, language=job.language, context=context)


def _in_one_line(name: str) -> str:
    """Return the name as the subject of a mail may contain it."""
    printable = "".join(char if char.isprintable() else " " for char in name)
    is_long = len(printable) > _NAME_MAX_LENGTH
    return f"{printable[: _NAME_MAX_LENGTH - 1]}…" if is_long else printable
